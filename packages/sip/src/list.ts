import { BACKSLASH, COMMA, GREATER, LESS, QUOTE } from './characters.ts';

/** Where the element that starts at `from` ends: its comma, or the end of the text. */
function endOfElement(value: string, from: number): number {
  let quoted = false;
  let bracketed = false;
  for (let at = from; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (quoted) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) quoted = false;
    } else if (code === QUOTE) quoted = true;
    else if (code === LESS) bracketed = true;
    else if (code === GREATER) bracketed = false;
    else if (code === COMMA && !bracketed) return at;
  }
  return value.length;
}

/** The elements of a comma list (RFC 3261 7.3.1); commas in quoted strings and between angle brackets do not count. */
export function splitList(value: string): string[] {
  if (!value.includes(',')) return [value];
  const items: string[] = [];
  for (let from = 0; from <= value.length; ) {
    const end = endOfElement(value, from);
    items.push(value.slice(from, end).trim());
    from = end + 1;
  }
  return items;
}

/** The first element of a comma list, and the text of the others, undefined when there is only one. */
export function splitFirst(value: string): { first: string; rest: string | undefined } {
  const end = value.includes(',') ? endOfElement(value, 0) : value.length;
  if (end === value.length) return { first: value, rest: undefined };
  return { first: value.slice(0, end).trim(), rest: value.slice(end + 1).trim() };
}
