import { isUriText } from './characters.ts';
import { formatHostPort, type HostPort, parseHostPort } from './host-port.ts';
import { maxParams, noParams, type Params } from './params.ts';
import { remembering } from './remembering.ts';

export interface UriHeader {
  readonly name: string;
  readonly value: string;
}

/**
 * A sip, sips or tel URI (RFC 3261 19.1, RFC 3966). `scheme` is lower case; `user`, `password`, parameters and headers
 * keep their %-escapes (see `unescapeUri`). A tel URI has its number in `user` and an empty `host`.
 */
export interface SipUri {
  readonly scheme: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly host: string;
  readonly port: number | undefined;
  readonly params: Params;
  readonly headers: readonly UriHeader[];
}

/** The scheme in lower case, undefined when the text is no URI at all. */
export function uriScheme(text: string): string | undefined {
  const colon = text.indexOf(':');
  const scheme = text.slice(0, Math.max(0, colon)).toLowerCase();
  return /^[a-z][a-z0-9+.-]*$/.test(scheme) && colon + 1 < text.length ? scheme : undefined;
}

function parseUriParams(text: string): Params | undefined {
  if (text === '') return noParams;
  const params = new Map<string, string>();
  for (const item of text.split(';')) {
    const equals = item.indexOf('=');
    const name = (equals < 0 ? item : item.slice(0, equals)).toLowerCase();
    if (name === '' || params.has(name) || params.size === maxParams) return undefined;
    params.set(name, equals < 0 ? '' : item.slice(equals + 1));
  }
  return params;
}

function parseUriHeaders(text: string): UriHeader[] | undefined {
  const items = text.split('&').map((item) => {
    const equals = item.indexOf('=');
    return { name: item.slice(0, Math.max(0, equals)), value: item.slice(equals + 1) };
  });
  return items.every(({ name }) => name !== '') ? items : undefined;
}

/** Every % is followed by two hexadecimal digits. */
function hasValidEscapes(text: string): boolean {
  for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 3)) {
    if (!/^[0-9a-fA-F]{2}$/.test(text.slice(at + 1, at + 3))) return false;
  }
  return true;
}

interface UserInfo {
  readonly user: string | undefined;
  readonly password: string | undefined;
}

function parseUserInfo(text: string | undefined): UserInfo | undefined {
  if (text === undefined) return { user: undefined, password: undefined };
  const colon = text.indexOf(':');
  const user = colon < 0 ? text : text.slice(0, colon);
  if (user === '' || text.includes('@') || !hasValidEscapes(text)) return undefined;
  return { user, password: colon < 0 ? undefined : text.slice(colon + 1) };
}

function parseTel(text: string): SipUri | undefined {
  const [number = '', ...rest] = text.split(';');
  const params = parseUriParams(rest.join(';'));
  if (!/^\+?[0-9a-fA-F*#().-]+$/.test(number) || params === undefined) return undefined;
  return { scheme: 'tel', user: number, password: undefined, host: '', port: undefined, params, headers: [] };
}

/** Reads a sip, sips or tel URI; undefined for other schemes and for bad syntax. */
export const parseUri = remembering((text: string): SipUri | undefined => {
  const colon = text.indexOf(':');
  const scheme = text.slice(0, Math.max(0, colon)).toLowerCase();
  if (scheme !== 'sip' && scheme !== 'sips' && scheme !== 'tel') return undefined;
  if (!isUriText(text)) return undefined;
  if (scheme === 'tel') return parseTel(text.slice(4));
  // The user part may hold ";" and "?" (RFC 4475 3.1.1.9), so it is cut off first; "@" is escaped elsewhere.
  const at = text.lastIndexOf('@');
  const userInfo = parseUserInfo(at < 0 ? undefined : text.slice(colon + 1, at));
  const rest = text.slice((at < 0 ? colon : at) + 1);
  const question = rest.indexOf('?');
  const main = question < 0 ? rest : rest.slice(0, question);
  const semicolon = main.indexOf(';');
  const hostPort: HostPort | undefined = parseHostPort(semicolon < 0 ? main : main.slice(0, semicolon));
  const params = semicolon < 0 ? noParams : parseUriParams(main.slice(semicolon + 1) || ';');
  const uriHeaders = question < 0 ? [] : parseUriHeaders(rest.slice(question + 1));
  if (!userInfo || !hostPort || !params || !uriHeaders) return undefined;
  return { scheme, ...userInfo, ...hostPort, params, headers: uriHeaders };
});

export function formatUri(uri: SipUri): string {
  let text = `${uri.scheme}:`;
  if (uri.user !== undefined) text += uri.user;
  if (uri.user !== undefined && uri.host !== '')
    text += uri.password === undefined ? '@' : `:${uri.password}@`;
  text += formatHostPort(uri);
  for (const [name, value] of uri.params) text += value === '' ? `;${name}` : `;${name}=${value}`;
  uri.headers.forEach(({ name, value }, index) => {
    text += `${index === 0 ? '?' : '&'}${name}=${value}`;
  });
  return text;
}

/** %-escapes taken out, once (RFC 4475 3.1.1.3); a broken escape or text that is no UTF-8 is left as it stands. */
export function unescapeUri(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    // decodeURIComponent's only refusal: the escapes are no UTF-8. The text itself is then the best name there is.
    return text;
  }
}

/** Text as the user part of a URI: what may not stand there is %-escaped (RFC 3261 25.1 user). */
export function escapeUser(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9\-_.!~*'()&=+$,;?/]/gu, (character: string) =>
    [...Buffer.from(character, 'utf8')]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}
