export type TokenKind =
  | 'method'
  | 'status'
  | 'failure'
  | 'name'
  | 'uri'
  | 'string'
  | 'parameter'
  | 'sdp'
  | 'plain';

export interface Token {
  kind: TokenKind;
  text: string;
}

/** A raw message line by line, in tokens to be coloured. Put together again they are the message, to the last character. */
export function highlight(raw: string): Token[][] {
  const lines = raw.split('\n');
  const blank = lines.findIndex((line) => line.trim() === '');
  return lines.map((line, index) => {
    if (index === 0) return startLine(line);
    return blank >= 0 && index > blank ? bodyLine(line) : headerLine(line);
  });
}

function startLine(line: string): Token[] {
  const response = /^(SIP\/\S+ )(\d{3})(.*)$/s.exec(line);
  if (response) {
    const [, version = '', status = '', reason = ''] = response;
    const kind = status >= '400' ? 'failure' : 'status';
    return tokens(['plain', version], [kind, status + reason]);
  }
  const [, method = '', rest = ''] = /^([A-Z]+)?(.*)$/s.exec(line) ?? [];
  return [...tokens(['method', method]), ...values(rest)];
}

function headerLine(line: string): Token[] {
  const [, name = '', rest = line] = /^([^\s:]+\s*:)(.*)$/s.exec(line) ?? [];
  return [...tokens(['name', name]), ...values(rest)];
}

function bodyLine(line: string): Token[] {
  const [, type = '', rest = line] = /^([a-z]=)(.*)$/s.exec(line) ?? [];
  const [, name = '', value = rest] = type === 'a=' ? (/^([a-z-]+)(.*)$/is.exec(rest) ?? []) : [];
  return tokens(['sdp', type], ['name', name], ['plain', value]);
}

const PIECE = /("(?:[^"\\]|\\.)*")|((?:sips?|tel):[^\s<>;,"]+)|(;\s*[\w+.-]+(?==|;|\s|$|,))/gi;

function values(text: string): Token[] {
  const found: Token[] = [];
  let end = 0;
  for (const match of text.matchAll(PIECE)) {
    const kind = match[1] ? 'string' : match[2] ? 'uri' : 'parameter';
    found.push(...tokens(['plain', text.slice(end, match.index)], [kind, match[0]]));
    end = match.index + match[0].length;
  }
  return [...found, ...tokens(['plain', text.slice(end)])];
}

function tokens(...pieces: [TokenKind, string][]): Token[] {
  return pieces.filter(([, text]) => text !== '').map(([kind, text]) => ({ kind, text }));
}
