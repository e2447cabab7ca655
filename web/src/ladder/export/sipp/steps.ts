import type { SipMessageRecord } from '@ringback/contracts';
import { headerText, parameterOf, parseSip, type SipText } from '../../sip/sip-text.ts';
import { challenged, requestLines } from './request-lines.ts';
import { responseLines } from './response-lines.ts';
import type { SippStep } from './xml.ts';

/** A person or a text takes its time; what takes less is the network. */
const LEAST_PAUSE_MS = 50;

/** Sends what the endpoint sent, and waits for what it got; `wire` is one dialog without retransmissions. */
export function scenarioSteps(wire: readonly SipMessageRecord[]): SippStep[] {
  const steps = wire.flatMap((message, index) => [
    ...pauseBefore(wire, index),
    ...(message.direction === 'in' ? sent(wire, index) : received(message)),
  ]);
  return steps.map((step, index) => withRightOptional(step, steps[index + 1]));
}

function pauseBefore(wire: readonly SipMessageRecord[], index: number): SippStep[] {
  const [before, message] = [wire[index - 1], wire[index]];
  if (!before || message?.direction !== 'in' || message.method === 'ACK') return [];
  const ms = Math.round((message.timeUs - before.timeUs) / 1000);
  return ms < LEAST_PAUSE_MS ? [] : [{ kind: 'pause', ms }];
}

function received({ status, method }: SipMessageRecord): SippStep[] {
  if (status === null) return [{ kind: 'receive', request: method }];
  const wanted = { kind: 'receive', response: status, optional: status < 200, method } as const;
  if (method !== 'INVITE' || status === 100) return [wanted];
  // Another run may ring where this one did not, or be told to wait.
  const also = [100, 180, 183].filter((each) => each !== status);
  return [...also.map((response) => ({ ...wanted, response, optional: true })), wanted];
}

/** SIPp never goes on from an optional message to something of its own, so that one has to come. */
function withRightOptional(step: SippStep, next: SippStep | undefined): SippStep {
  if (step.kind !== 'receive' || !('response' in step)) return step;
  return { ...step, optional: step.optional && next?.kind === 'receive' };
}

function sent(wire: readonly SipMessageRecord[], index: number): SippStep[] {
  const message = wire[index] as SipMessageRecord;
  const text = parseSip(message.raw);
  const before = wire.slice(0, index);
  if (message.status !== null) {
    const lines = responseLines(message, text, before);
    return [{ kind: 'send', lines, retransmitted: message.method === 'INVITE' && message.status >= 200 }];
  }
  const request = requestLines(message, text, before);
  if (challenged(text) && message.method === 'INVITE' && !isInDialog(text) && !wasChallenged(before)) {
    return [...challenge(message, text, before), send(request, message)];
  }
  return [send(request, message)];
}

function send(lines: string[], { method }: SipMessageRecord): SippStep {
  return { kind: 'send', lines, retransmitted: method !== 'ACK' };
}

function isInDialog(text: SipText): boolean {
  return parameterOf(headerText(text, 'To'), 'tag') !== null;
}

function wasChallenged(before: readonly SipMessageRecord[]): boolean {
  return before.some(({ status }) => status === 401 || status === 407);
}

/** The endpoint knew its nonce already; SIPp does not, and has to be asked. */
function challenge(
  message: SipMessageRecord,
  text: SipText,
  before: readonly SipMessageRecord[],
): SippStep[] {
  const bare = {
    ...text,
    headers: text.headers.filter(({ name }) => !/^(?:proxy-)?authorization$/i.test(name)),
  };
  const number = Number.parseInt(message.cseq, 10) - 1;
  const status = headerText(text, 'Proxy-Authorization') === null ? 401 : 407;
  const cseq = (method: string) => ({
    ...message,
    method,
    cseq: `${number} ${method}`,
    summary: message.summary.replace(/^\S+/, method),
  });
  const refused = { ...message, direction: 'out', status, summary: String(status) } as const;
  return [
    send(requestLines(cseq('INVITE'), withCSeq(bare, `${number} INVITE`), before), message),
    { kind: 'receive', response: 100, optional: true, method: 'INVITE' },
    { kind: 'receive', response: status, optional: false, method: 'INVITE' },
    send(
      requestLines(cseq('ACK'), withCSeq(withoutBody(bare), `${number} ACK`), [...before, refused]),
      cseq('ACK'),
    ),
  ];
}

function withCSeq(text: SipText, value: string): SipText {
  const [, uri = '', version = ''] = text.startLine.split(' ');
  const headers = text.headers.map((header) => (/^cseq$/i.test(header.name) ? { ...header, value } : header));
  return { ...text, headers, startLine: `${value.split(' ')[1]} ${uri} ${version}` };
}

function withoutBody(text: SipText): SipText {
  const headers = text.headers.filter(({ name }) => !/^content-type$/i.test(name));
  return { ...text, headers, body: '' };
}
