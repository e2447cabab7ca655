import {
  BYTES_KEY,
  emptyDictionary,
  MAX_DEPTH,
  MAX_NG_BYTES,
  MAX_VALUES,
  type NgDictionary,
  type NgValue,
} from './value.ts';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

const COLON = 0x3a;
const DICTIONARY = 0x64;
const END = 0x65;
const INTEGER = 0x69;
const LIST = 0x6c;
const MINUS = 0x2d;

type Cursor = { readonly bytes: Uint8Array; at: number; values: number };

/**
 * Decodes one bencoded value that fills the bytes. `undefined` for anything else: garbage, a length that passes the end,
 * more than 64 KB, nesting beyond 32, more than 2,048 values, integers beyond 2^53. Never throws.
 */
export function decodeBencode(bytes: Uint8Array): NgValue | undefined {
  if (bytes.length > MAX_NG_BYTES) return undefined;
  const cursor: Cursor = { bytes, at: 0, values: 0 };
  const value = readValue(cursor, 0);
  return cursor.at === bytes.length ? value : undefined;
}

function readValue(cursor: Cursor, depth: number): NgValue | undefined {
  if (depth > MAX_DEPTH || ++cursor.values > MAX_VALUES) return undefined;
  switch (cursor.bytes[cursor.at]) {
    case INTEGER:
      cursor.at++;
      return readNumber(cursor, END);
    case LIST:
      cursor.at++;
      return readList(cursor, depth + 1);
    case DICTIONARY:
      cursor.at++;
      return readDictionary(cursor, depth + 1);
    default:
      return readText(cursor);
  }
}

/** Decimal digits up to and including `end`, with an optional minus sign. */
function readNumber(cursor: Cursor, end: number): number | undefined {
  const { bytes } = cursor;
  const negative = bytes[cursor.at] === MINUS;
  if (negative) cursor.at++;
  const first = cursor.at;
  let value = 0;
  for (; cursor.at < bytes.length; cursor.at++) {
    const digit = bytes[cursor.at]! - 0x30;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
    if (value > Number.MAX_SAFE_INTEGER) return undefined;
  }
  if (cursor.at === first || bytes[cursor.at] !== end) return undefined;
  cursor.at++;
  return negative ? -value : value;
}

function readBytes(cursor: Cursor): Uint8Array | undefined {
  if (cursor.bytes[cursor.at] === MINUS) return undefined;
  const length = readNumber(cursor, COLON);
  if (length === undefined || cursor.at + length > cursor.bytes.length) return undefined;
  cursor.at += length;
  return cursor.bytes.subarray(cursor.at - length, cursor.at);
}

function readText(cursor: Cursor): string | undefined {
  const bytes = readBytes(cursor);
  return bytes && textOf(bytes);
}

/** As the decoder has it; most texts are short words, for which calling it costs more than reading them. */
function textOf(bytes: Uint8Array): string {
  if (bytes.length > 24) return decoder.decode(bytes);
  let text = '';
  for (const byte of bytes) {
    if (byte > 0x7f) return decoder.decode(bytes);
    text += String.fromCharCode(byte);
  }
  return text;
}

function readList(cursor: Cursor, depth: number): NgValue[] | undefined {
  const list: NgValue[] = [];
  while (cursor.bytes[cursor.at] !== END) {
    const value = readValue(cursor, depth);
    if (value === undefined) return undefined;
    list.push(value);
  }
  cursor.at++;
  return list;
}

// Order is not checked, as rtpengine does not.
function readDictionary(cursor: Cursor, depth: number): NgDictionary | undefined {
  const dictionary = emptyDictionary();
  while (cursor.bytes[cursor.at] !== END) {
    const key = readText(cursor);
    if (key === undefined) return undefined;
    const value = key === BYTES_KEY ? readBytes(cursor)?.slice() : readValue(cursor, depth);
    if (value === undefined) return undefined;
    dictionary[key] = value;
  }
  cursor.at++;
  return dictionary;
}

/** Encodes a value; fractions are cut, members that are undefined are left out. */
export function encodeBencode(value: NgValue): Uint8Array {
  const written = new Written();
  write(value, written);
  return written.bytes();
}

/** A message so far: text, which is encoded in one go since that costs far less than word by word, and bytes in between. */
class Written {
  readonly #parts: Uint8Array[] = [];
  #text = '';

  addText(text: string): void {
    this.#text += text;
  }

  addBytes(bytes: Uint8Array): void {
    this.#endText();
    this.#parts.push(bytes);
  }

  #endText(): void {
    this.#parts.push(encoder.encode(this.#text));
    this.#text = '';
  }

  bytes(): Uint8Array {
    this.#endText();
    const [only, ...others] = this.#parts;
    if (only && others.length === 0) return only;
    const bytes = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }
}

function write(value: NgValue, to: Written): void {
  if (typeof value === 'number') {
    to.addText(`i${Math.trunc(value)}e`);
  } else if (typeof value === 'string') {
    to.addText(`${lengthOf(value)}:${value}`);
  } else if (value instanceof Uint8Array) {
    to.addText(`${value.length}:`);
    to.addBytes(value);
  } else if (Array.isArray(value)) {
    to.addText('l');
    for (const item of value) write(item, to);
    to.addText('e');
  } else {
    to.addText('d');
    for (const [key, member] of Object.entries(value)) {
      if (member === undefined) continue;
      write(key, to);
      write(member, to);
    }
    to.addText('e');
  }
}

/** In bytes. */
function lengthOf(text: string): number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return encoder.encode(text).length;
  return text.length;
}
