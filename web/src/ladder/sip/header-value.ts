/** One thing that a header's value says. A flag says only that it is there (null). `exact`: case means something. */
export interface Part {
  text: string | null;
  exact: boolean;
}

/** One value of a header in its parts by name: `''` is what it is about, then `;tag`, `uri ;transport`, of credentials `nonce`. */
export interface HeaderValue {
  text: string;
  parts: ReadonlyMap<string, Part>;
}

/** Headers whose values are separated by commas, or repeated, which is the same (RFC 3261 7.3.1). */
const LISTS = new Set(
  `accept accept-contact accept-encoding accept-language alert-info allow allow-events call-info contact content-encoding
   content-language diversion error-info geolocation history-info in-reply-to p-asserted-identity p-associated-uri
   p-preferred-identity path privacy proxy-require reason record-route reject-contact require route security-client
   security-server security-verify service-route supported unsupported via warning`.split(/\s+/),
);

/** Of these the order means nothing. */
const SETS = new Set(
  'accept accept-encoding accept-language allow allow-events in-reply-to proxy-require require supported unsupported'.split(
    ' ',
  ),
);

/** Text for people, or compared byte by byte (RFC 3261 8.1.1.4): nothing in it is a parameter. */
const PLAIN = new Set(['call-id', 'date', 'organization', 'server', 'subject', 'user-agent']);

/** Headers made of tokens, in which case means nothing (RFC 3261 7.3.1). Methods and what is unknown keep theirs. */
const TOKENS = new Set(
  `accept accept-encoding accept-language content-disposition content-encoding content-type event privacy proxy-require
   require session-expires subscription-state supported unsupported via`.split(/\s+/),
);

/** RFC 3261 7.3.1: their parameters are separated by commas. */
const CREDENTIALS = new Set([
  'authentication-info',
  'authorization',
  'proxy-authenticate',
  'proxy-authorization',
  'www-authenticate',
]);

export function orderMatters(name: string): boolean {
  return !SETS.has(name.toLowerCase());
}

export function isCredentials(name: string): boolean {
  return CREDENTIALS.has(name.toLowerCase());
}

/** The values of one header line. */
export function valuesOf(name: string, value: string): HeaderValue[] {
  const key = name.toLowerCase();
  if (PLAIN.has(key)) return [{ text: value.trim(), parts: new Map([['', exactly(value.trim())]]) }];
  if (CREDENTIALS.has(key)) return [{ text: value, parts: credentialsOf(value) }];
  const values = LISTS.has(key) ? split(value, ',') : [value];
  return values.filter((each) => each !== '').map((each) => oneValue(key, each));
}

/** At every separator outside of quotes, angle brackets and comments. */
export function split(text: string, separator: ',' | ';'): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (quoted && character === '\\') at += 1;
    else if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '<') depth += 1;
    else if (character === '>') depth = Math.max(0, depth - 1);
    else if (character === separator && depth === 0) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...parts, text.slice(start).trim()];
}

function oneValue(key: string, text: string): HeaderValue {
  const [main = '', ...parameters] = split(text, ';');
  return { text: spaced(text), parts: new Map([...mainParts(key, main), ...parametersOf(parameters, ';')]) };
}

function mainParts(key: string, main: string): Iterable<[string, Part]> {
  if (key === 'via') return viaParts(main);
  if (main.includes('<') || /^(?:sips?|tel):/i.test(main)) return addressParts(main);
  return [['', { text: spaced(main), exact: !TOKENS.has(key) }]];
}

/** `SIP/2.0/UDP 10.0.0.1:5060`, with space wherever RFC 3261 25.1 allows it. */
function viaParts(main: string): [string, Part][] {
  const [, protocol = '', sentBy = main] = /^([^/]*\/[^/]*\/\s*\S+)\s+(.*)$/s.exec(main) ?? [];
  return [
    ['protocol', { text: protocol.replace(/\s+/g, ''), exact: false }],
    ['sent-by', { text: sentBy.replace(/\s+/g, ''), exact: false }],
  ];
}

/** `"Alice" <sip:alice@example.com>`, however it is spaced and quoted. */
function addressParts(main: string): [string, Part][] {
  const [, name = '', uri = main] = /^(.*?)<([^>]*)>\s*$/s.exec(main) ?? [];
  const display = displayName(name.trim());
  const address = [...uriParts(uri)].map(([part, said]): [string, Part] => [part && `uri ${part}`, said]);
  return display === '' ? address : [['name', exactly(display)], ...address];
}

function displayName(text: string): string {
  return /^".*"$/s.test(text) ? unquoted(text) : spaced(text);
}

/** RFC 3261 19.1.4: the user is case-sensitive, scheme, host and parameters are not, and these have no order. */
export function uriParts(uri: string): Map<string, Part> {
  const found = /^([a-z]+):(?:([^@]*)@)?([^;?]*)((?:;[^?]*)?)((?:\?.*)?)$/is.exec(uri.trim());
  if (!found) return new Map([['', exactly(uri.trim())]]);
  const [, scheme = '', user, host = '', parameters = '', headers = ''] = found;
  const at = user === undefined ? '' : `${user}@`;
  const main = `${scheme.toLowerCase()}:${at}${host.toLowerCase()}${headers}`;
  return new Map([['', exactly(main)], ...parametersOf(parameters.split(';'), ';')]);
}

function credentialsOf(text: string): Map<string, Part> {
  const [, scheme = '', rest = ''] = /^\s*(\S+)\s*(.*)$/s.exec(text) ?? [];
  // RFC 3261 20.6: Authentication-Info names no scheme.
  if (scheme.includes('=')) return new Map(parametersOf(split(text, ','), ''));
  return new Map([['', { text: scheme, exact: false }], ...parametersOf(split(rest, ','), '')]);
}

/** `mark`: what stands before their names. */
function parametersOf(parameters: readonly string[], mark: ';' | ''): [string, Part][] {
  return parameters
    .filter((parameter) => parameter.trim() !== '')
    .map((parameter) => {
      const [name = '', ...value] = parameter.split('=');
      const text = value.length === 0 ? null : value.join('=').trim();
      return [mark + name.trim().toLowerCase(), parameterPart(text)];
    });
}

/** A quoted token says the same as the bare one; a quoted string keeps its case (RFC 3261 7.3.1). */
function parameterPart(text: string | null): Part {
  if (text === null || !/^"(?:[^"\\]|\\.)*"$/s.test(text)) return { text, exact: false };
  return exactly(unquoted(text));
}

export function samePart(a: Part | undefined, b: Part | undefined): boolean {
  if (!a || !b || a.text === null || b.text === null) return a?.text === b?.text;
  return a.text === b.text || (!a.exact && !b.exact && a.text.toLowerCase() === b.text.toLowerCase());
}

const exactly = (text: string): Part => ({ text, exact: true });
const spaced = (text: string) => text.replace(/\s+/g, ' ').trim();
const unquoted = (text: string) => text.slice(1, -1).replace(/\\(.)/gs, '$1');
