/** Character classes of RFC 3261 25.1, looked up by code; anything above ASCII is told apart by the caller. */

export const SP = 0x20;
export const HTAB = 0x09;
export const CR = 0x0d;
export const LF = 0x0a;
export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const COMMA = 0x2c;
export const EQUALS = 0x3d;
export const LESS = 0x3c;
export const GREATER = 0x3e;

const TOKEN = 1;
const DIGIT = 2;
const HOST = 4;
const URI = 8;

const classes = new Uint8Array(128);
const mark = (characters: string, bit: number) => {
  for (const character of characters) classes[character.charCodeAt(0)]! |= bit;
};
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const digits = '0123456789';
mark(`${letters}${digits}-.!%*_+\`'~`, TOKEN);
mark(digits, DIGIT);
// An underscore is no hostname character in the RFC, but container and Windows names carry it.
mark(`${letters}${digits}-._`, HOST);
for (let code = 0x21; code < 0x7f; code++)
  if (!'<>"\\^`{|}'.includes(String.fromCharCode(code))) classes[code]! |= URI;

const is = (code: number, bit: number) => code < 128 && (classes[code]! & bit) !== 0;

export const isSpace = (code: number) => code === SP || code === HTAB;
export const isTokenCode = (code: number) => is(code, TOKEN);
export const isDigitCode = (code: number) => is(code, DIGIT);

function every(text: string, bit: number): boolean {
  if (text.length === 0) return false;
  for (let at = 0; at < text.length; at++) if (!is(text.charCodeAt(at), bit)) return false;
  return true;
}

export const isToken = (text: string) => every(text, TOKEN);
export const isDigits = (text: string) => every(text, DIGIT);
export const isHostname = (text: string) => every(text, HOST);
/** No spaces, controls, quotes or angle brackets: what may stand in a URI before it is looked at more closely. */
export const isUriText = (text: string) => every(text, URI);

/** A run of decimal digits as a number, leading zeros allowed (RFC 4475 3.1.1.1); undefined when it is none or above `max`. */
export function parseDecimal(text: string, max: number): number | undefined {
  if (!isDigits(text)) return undefined;
  const value = Number(text);
  return value <= max ? value : undefined;
}

/** The position after spaces and tabs. */
export function skipSpace(text: string, at: number): number {
  let next = at;
  while (next < text.length && isSpace(text.charCodeAt(next))) next++;
  return next;
}

/** The position after the closing quote of a quoted string that opens at `at`, or -1 when it never closes. */
export function skipQuoted(text: string, at: number): number {
  for (let next = at + 1; next < text.length; next++) {
    const code = text.charCodeAt(next);
    if (code === BACKSLASH) next++;
    else if (code === QUOTE) return next + 1;
  }
  return -1;
}
