/** `exact`: case means something. A parameter without a value is a flag (null). */
export interface Parameter {
  text: string | null;
  exact: boolean;
}

/** One value of a header with its parameters, by their names in lower case. */
export interface HeaderValue {
  main: string;
  exact: boolean;
  parameters: Map<string, Parameter>;
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

/** The values of one header line. */
export function valuesOf(name: string, value: string): HeaderValue[] {
  const key = name.toLowerCase();
  if (PLAIN.has(key)) return [{ main: value.trim(), exact: true, parameters: new Map() }];
  if (CREDENTIALS.has(key)) return [credentialsOf(value)];
  const values = LISTS.has(key) ? split(value, ',') : [value];
  return values.filter((each) => each !== '').map((each) => oneValue(each, !TOKENS.has(key)));
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

function oneValue(text: string, exact: boolean): HeaderValue {
  const [main = '', ...parameters] = split(text, ';');
  return { main: canonicalMain(main), exact, parameters: parametersOf(parameters) };
}

function credentialsOf(text: string): HeaderValue {
  const [, scheme = '', rest = ''] = /^\s*(\S+)\s*(.*)$/s.exec(text) ?? [];
  const bare = scheme.includes('=');
  return {
    main: bare ? '' : scheme,
    exact: false,
    parameters: parametersOf(split(bare ? text : rest, ',')),
  };
}

export function parametersOf(parts: readonly string[]): Map<string, Parameter> {
  return new Map(
    parts
      .filter((part) => part !== '')
      .map((part) => {
        const equals = part.indexOf('=');
        if (equals < 0) return [part.toLowerCase(), { text: null, exact: false }];
        return [part.slice(0, equals).trim().toLowerCase(), parameterOf(part.slice(equals + 1).trim())];
      }),
  );
}

/** A quoted token says the same as the bare one; a quoted string keeps its case (RFC 3261 7.3.1). */
function parameterOf(text: string): Parameter {
  if (!/^"(?:[^"\\]|\\.)*"$/s.test(text)) return { text, exact: false };
  return { text: text.slice(1, -1).replace(/\\(.)/gs, '$1'), exact: true };
}

export function sameParameter(a: Parameter | undefined, b: Parameter | undefined): boolean {
  if (!a || !b) return a === b;
  return sameWords(a.text, b.text, a.exact || b.exact);
}

export function sameWords(a: string | null, b: string | null, exact: boolean): boolean {
  return a === b || (!exact && a !== null && b !== null && a.toLowerCase() === b.toLowerCase());
}

/** `"Alice" <sip:alice@example.com>`, however it is spaced and quoted. */
function canonicalMain(text: string): string {
  const address = /^(.*?)<([^>]*)>\s*$/s.exec(text);
  if (address) {
    const [, name = '', uri = ''] = address;
    const display = displayName(name.trim());
    return display === '' ? `<${canonicalUri(uri)}>` : `"${display}" <${canonicalUri(uri)}>`;
  }
  if (/^(?:sips?|tel):/i.test(text)) return `<${canonicalUri(text)}>`;
  return text.replace(/\s+/g, ' ').trim();
}

function displayName(text: string): string {
  return /^".*"$/s.test(text) ? text.slice(1, -1).replace(/\\(.)/gs, '$1') : text.replace(/\s+/g, ' ');
}

/** RFC 3261 19.1.4: the user is case-sensitive, scheme, host and parameters are not, and these have no order. */
export function canonicalUri(uri: string): string {
  const found = /^([a-z]+):(?:([^@]*)@)?([^;?]*)((?:;[^?]*)?)((?:\?.*)?)$/is.exec(uri.trim());
  if (!found) return uri.trim();
  const [, scheme = '', user, host = '', parameters = '', headers = ''] = found;
  const sorted = parameters.toLowerCase().split(';').filter(Boolean).sort();
  const at = user === undefined ? '' : `${user}@`;
  return [`${scheme.toLowerCase()}:${at}${host.toLowerCase()}`, ...sorted].join(';') + headers;
}
