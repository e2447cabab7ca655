/** One header field; compact names are written out (RFC 3261 7.3.3). */
export interface SipHeader {
  name: string;
  value: string;
}

export interface SipText {
  startLine: string;
  headers: SipHeader[];
  body: string;
}

/** RFC 3261 7.3.3, RFC 3515, RFC 3891 and their kin. */
const COMPACT: Readonly<Record<string, string>> = {
  c: 'Content-Type',
  e: 'Content-Encoding',
  f: 'From',
  i: 'Call-ID',
  k: 'Supported',
  l: 'Content-Length',
  m: 'Contact',
  o: 'Event',
  r: 'Refer-To',
  s: 'Subject',
  t: 'To',
  u: 'Allow-Events',
  v: 'Via',
};

/** A message in its parts, as far as it can be read: what was captured may be no SIP at all. */
export function parseSip(raw: string): SipText {
  const end = /\r?\n\r?\n/.exec(raw);
  const head = end ? raw.slice(0, end.index) : raw;
  const body = end ? raw.slice(end.index + end[0].length) : '';
  // RFC 3261 7.3.1: a line that begins with white space belongs to the one before.
  const [startLine = '', ...lines] = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  return { startLine, headers: lines.flatMap(headerOf), body };
}

export function headerOf(line: string): SipHeader[] {
  const colon = line.indexOf(':');
  if (colon < 1) return [];
  const name = line.slice(0, colon).trim();
  return [{ name: COMPACT[name.toLowerCase()] ?? name, value: line.slice(colon + 1).trim() }];
}

/** The first value of that header. */
export function headerText({ headers }: SipText, name: string): string | null {
  const wanted = name.toLowerCase();
  return headers.find((header) => header.name.toLowerCase() === wanted)?.value ?? null;
}

export function hasSdp(message: SipText): boolean {
  return /^application\/sdp\b/i.test(headerText(message, 'Content-Type') ?? '') && message.body.trim() !== '';
}

/** `;name=value` of a header, without quotes; null when it is not there. */
export function parameterOf(value: string | null, name: string): string | null {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*("[^"]*"|[^;,\\s]+)`, 'i').exec(
    value?.replace(/<[^>]*>/, '') ?? '',
  );
  return found?.[1]?.replace(/^"|"$/g, '') ?? null;
}
