import { BACKSLASH, COMMA, GREATER, LESS, QUOTE } from './characters.ts';

/** The elements of a comma list (RFC 3261 7.3.1); commas in quoted strings and between angle brackets do not count. */
export function splitList(value: string): string[] {
  if (!value.includes(',')) return [value];
  const items: string[] = [];
  let from = 0;
  let quoted = false;
  let bracketed = false;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (quoted) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) quoted = false;
    } else if (code === QUOTE) quoted = true;
    else if (code === LESS) bracketed = true;
    else if (code === GREATER) bracketed = false;
    else if (code === COMMA && !bracketed) {
      items.push(value.slice(from, at).trim());
      from = at + 1;
    }
  }
  items.push(value.slice(from).trim());
  return items;
}
