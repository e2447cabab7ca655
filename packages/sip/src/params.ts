import { EQUALS, isTokenCode, QUOTE, SEMICOLON, skipQuoted, skipSpace } from './characters.ts';

/** Parameters by lower-case name, in order. A parameter without value has ''; a quoted value keeps its quotes. */
export type Params = ReadonlyMap<string, string>;

export const noParams: Params = new Map();

/** No header or URI of use has as many; a list of thousands costs work each time it is read. */
export const maxParams = 100;

/** What ends an unquoted value: space, controls, and the marks that structure a header. */
function isValueCode(code: number): boolean {
  return (
    code > 0x20 && code !== 0x7f && code !== SEMICOLON && code !== QUOTE && code !== 0x2c && code !== 0x3c
  );
}

function run(text: string, from: number, accepts: (code: number) => boolean): number {
  let at = from;
  while (at < text.length && accepts(text.charCodeAt(at))) at++;
  return at;
}

/**
 * Reads `;name=value;flag` from `from` to the end of the text (RFC 3261 25.1 generic-param; spaces around the marks).
 * Undefined on anything else, on an empty parameter, on more than `maxParams`, and on a name given twice (RFC 3261 7.3.1)
 * unless the caller lets the first of them count.
 */
export function parseParams(
  text: string,
  from: number,
  repeated: 'refused' | 'first counts' = 'refused',
): Params | undefined {
  let at = skipSpace(text, from);
  if (at === text.length) return noParams;
  const params = new Map<string, string>();
  for (let count = 1; at < text.length; count++) {
    if (text.charCodeAt(at) !== SEMICOLON || count > maxParams) return undefined;
    const nameFrom = skipSpace(text, at + 1);
    const nameEnd = run(text, nameFrom, isTokenCode);
    const name = text.slice(nameFrom, nameEnd).toLowerCase();
    const isNew = !params.has(name);
    if (name === '' || (!isNew && repeated === 'refused')) return undefined;
    at = skipSpace(text, nameEnd);
    if (text.charCodeAt(at) !== EQUALS) {
      if (isNew) params.set(name, '');
      continue;
    }
    const valueFrom = skipSpace(text, at + 1);
    const quoted = text.charCodeAt(valueFrom) === QUOTE;
    const valueEnd = quoted ? skipQuoted(text, valueFrom) : run(text, valueFrom, isValueCode);
    if (valueEnd <= valueFrom) return undefined;
    if (isNew) params.set(name, text.slice(valueFrom, valueEnd));
    at = skipSpace(text, valueEnd);
  }
  return params;
}

export function formatParams(params: Params): string {
  let text = '';
  for (const [name, value] of params) text += value === '' ? `;${name}` : `;${name}=${value}`;
  return text;
}

/** The parameters with one set (value '' for a flag) or, with undefined, taken away. */
export function withParam(params: Params, name: string, value: string | undefined): Params {
  const next = new Map(params);
  if (value === undefined) next.delete(name.toLowerCase());
  else next.set(name.toLowerCase(), value);
  return next;
}

/** The text inside a quoted string, escapes taken out; text that is not quoted is returned as it is. */
export function unquote(text: string): string {
  if (!text.startsWith('"')) return text;
  const inner = text.slice(1, -1);
  return inner.includes('\\') ? inner.replaceAll(/\\([\s\S])/g, '$1') : inner;
}

/** A quoted string (RFC 3261 25.1); line ends, which cannot be quoted, become spaces. */
export function quote(text: string): string {
  return `"${text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/["\\]/g, '\\$&')}"`;
}
