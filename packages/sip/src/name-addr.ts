import {
  GREATER,
  isSpace,
  isToken,
  isTokenCode,
  isUriText,
  LESS,
  QUOTE,
  skipQuoted,
  skipSpace,
} from './characters.ts';
import { formatParams, type Params, parseParams, quote, unquote } from './params.ts';
import { remembering } from './remembering.ts';
import { uriScheme } from './uri.ts';

/** The value of From, To, Contact, Route and the like. `uri` is text (see `parseUri`); `params` are the header's, not the URI's. */
export interface NameAddr {
  /** Without quotes and escapes; undefined when there is none. */
  readonly displayName: string | undefined;
  readonly uri: string;
  readonly params: Params;
}

/** Tokens and spaces (RFC 3261 25.1); letters beyond ASCII, which many phones leave unquoted, are let through. */
function isBareDisplayName(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 128 && !isTokenCode(code) && !isSpace(code)) return false;
  }
  return true;
}

function bracketed(text: string, less: number, displayName: string | undefined): NameAddr | undefined {
  const greater = text.indexOf('>', less);
  if (greater < 0) return undefined;
  const uri = text.slice(less + 1, greater);
  if (!isUriText(uri) || uriScheme(uri) === undefined) return undefined;
  const params = parseParams(text, greater + 1, 'first counts');
  return params && { displayName, uri, params };
}

/** A URI without brackets: its parameters are the header's, and it may hold no "?" or "," (RFC 3261 20.10). */
function bare(text: string): NameAddr | undefined {
  const semicolon = text.indexOf(';');
  const uri = (semicolon < 0 ? text : text.slice(0, semicolon)).trimEnd();
  if (!isUriText(uri) || uriScheme(uri) === undefined || uri.includes('?') || uri.includes(','))
    return undefined;
  const params = parseParams(text, semicolon < 0 ? text.length : semicolon, 'first counts');
  return params && { displayName: undefined, uri, params };
}

/**
 * Reads one name-addr or addr-spec with parameters (RFC 3261 20.10, 20.20); undefined on bad syntax and on "*".
 * Of a parameter given twice the first counts: peers that answer a re-INVITE with a second To tag are common.
 */
export const parseNameAddr = remembering((value: string): NameAddr | undefined => {
  const text = value.trim();
  if (text.charCodeAt(0) === QUOTE) {
    const end = skipQuoted(text, 0);
    const less = end < 0 ? -1 : skipSpace(text, end);
    if (less < 0 || text.charCodeAt(less) !== LESS) return undefined;
    return bracketed(text, less, unquote(text.slice(0, end)));
  }
  const less = text.indexOf('<');
  if (less < 0) return text.charCodeAt(0) === GREATER ? undefined : bare(text);
  const name = text.slice(0, less).trim();
  if (!isBareDisplayName(name)) return undefined;
  return bracketed(text, less, name === '' ? undefined : name);
});

/** Always with angle brackets, so that no parameter changes sides; the display name is quoted unless it is one token. */
export function formatNameAddr({ displayName, uri, params }: NameAddr): string {
  const name = displayName === undefined ? '' : `${isToken(displayName) ? displayName : quote(displayName)} `;
  return `${name}<${uri}>${formatParams(params)}`;
}

/** The tag of a From or To value, undefined when there is none or the value is malformed. */
export function tagOf(value: string | undefined): string | undefined {
  return value === undefined ? undefined : parseNameAddr(value)?.params.get('tag');
}
