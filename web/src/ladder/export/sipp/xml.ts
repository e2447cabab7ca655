export type SippStep =
  /** `lines` of a message; `retransmitted` until it is answered (RFC 3261 17.1). */
  | { kind: 'send'; lines: string[]; retransmitted: boolean }
  | { kind: 'receive'; request: string }
  | { kind: 'receive'; response: number; optional: boolean; method: string }
  | { kind: 'pause'; ms: number };

export function stepXml(step: SippStep): string {
  switch (step.kind) {
    case 'pause':
      return `  <pause milliseconds="${step.ms}" />`;
    case 'send':
      return sendXml(step.lines, step.retransmitted);
    case 'receive':
      return receiveXml(step);
    default:
      return step satisfies never;
  }
}

function sendXml(lines: readonly string[], retransmitted: boolean): string {
  const text = lines.map((line) => (line === '' ? '' : `      ${line}`)).join('\n');
  const attribute = retransmitted ? ' retrans="500"' : '';
  return `  <send${attribute}>\n    <![CDATA[\n${text}\n    ]]>\n  </send>`;
}

function receiveXml(step: Extract<SippStep, { kind: 'receive' }>): string {
  // The route set and the remote target come from what opens the dialog (RFC 3261 12.1).
  if ('request' in step) {
    return `  <recv request="${step.request}"${step.request === 'INVITE' ? ' rrs="true"' : ''} />`;
  }
  const { response, optional, method } = step;
  const attributes = [
    optional ? ' optional="true"' : '',
    response === 401 || response === 407 ? ' auth="true"' : '',
    method === 'INVITE' && response >= 200 && response < 300 ? ' rrs="true"' : '',
  ];
  return `  <recv response="${response}"${attributes.join('')} />`;
}

/** What was on the wire, so that SIPp takes none of it for a keyword of its own, nor XML for its end. */
export function literally(text: string): string {
  return text.replaceAll('\\', '\\x5C').replaceAll('[', '\\x5B').replaceAll(']]>', ']]\\x3E');
}
