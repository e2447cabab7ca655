import { COMMA, EQUALS, isTokenCode, QUOTE, skipQuoted, skipSpace } from '../characters.ts';
import { maxParams, quote, unquote } from '../params.ts';

/** The value of WWW-Authenticate, Proxy-Authenticate, Authorization or Proxy-Authorization (RFC 3261 25.1). */
export interface AuthValue {
  /** As received; compare without regard to case. */
  readonly scheme: string;
  /** By lower-case name, quotes and escapes taken out. */
  readonly params: ReadonlyMap<string, string>;
}

function tokenEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && isTokenCode(text.charCodeAt(at))) at++;
  return at;
}

/** Values of nc, algorithm and the like are tokens; a bare URI or base64 text is let through too. */
function bareValueEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) !== COMMA && text.charCodeAt(at) > 0x20) at++;
  return at;
}

/** Reads "Digest realm=..., nonce=..."; undefined on bad syntax and on a parameter given twice. */
export function parseAuth(value: string): AuthValue | undefined {
  const text = value.trim();
  const schemeEnd = tokenEnd(text, 0);
  const scheme = text.slice(0, schemeEnd);
  let at = skipSpace(text, schemeEnd);
  if (scheme === '' || at === schemeEnd) return undefined;
  const params = new Map<string, string>();
  while (at < text.length) {
    const nameEnd = tokenEnd(text, at);
    const name = text.slice(at, nameEnd).toLowerCase();
    const equals = skipSpace(text, nameEnd);
    if (name === '' || text.charCodeAt(equals) !== EQUALS || params.has(name)) return undefined;
    if (params.size === maxParams) return undefined;
    const from = skipSpace(text, equals + 1);
    const end = text.charCodeAt(from) === QUOTE ? skipQuoted(text, from) : bareValueEnd(text, from);
    if (end <= from) return undefined;
    params.set(name, unquote(text.slice(from, end)));
    const comma = skipSpace(text, end);
    if (comma === text.length) break;
    if (text.charCodeAt(comma) !== COMMA) return undefined;
    at = skipSpace(text, comma + 1);
    if (at === text.length) return undefined;
  }
  return { scheme, params };
}

// RFC 3261 25.1: these are tokens in a challenge or credentials; everything else is quoted.
const unquoted = new Set(['algorithm', 'stale', 'nc']);

/** Writes a value back. `qop` is quoted in a challenge (a list) and bare in credentials (RFC 3261 25.1). */
export function formatAuth({ scheme, params }: AuthValue): string {
  const isCredentials = params.has('response');
  const items = [...params].map(([name, value]) => {
    const bare = unquoted.has(name) || (name === 'qop' && isCredentials);
    return `${name}=${bare ? value : quote(value)}`;
  });
  return `${scheme} ${items.join(', ')}`;
}
