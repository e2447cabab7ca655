import { BYTES_KEY, emptyDictionary, MAX_DEPTH, MAX_NG_BYTES, MAX_VALUES, type NgValue } from './value.ts';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

const QUOTE = 0x22;
const COMMA = 0x2c;
const BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const BRACE = 0x7b;

type Limits = { values: number };

/**
 * Decodes one JSON document (RFC 8259) into what bencode could have said: `true` is 1, `false` 0, members that are `null`
 * are left out, fractions are cut, a `blob` is bytes. `undefined` for anything else, and beyond bencode's limits.
 */
export function decodeJson(bytes: Uint8Array): NgValue | undefined {
  if (bytes.length > MAX_NG_BYTES || separators(bytes) > MAX_VALUES) return undefined;
  let document: unknown;
  try {
    document = JSON.parse(decoder.decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return valueFrom(document, { values: 0 }, 0);
}

/** Commas and opening brackets outside of texts: known before anything is made of the document. */
function separators(bytes: Uint8Array): number {
  let count = 0;
  let quoted = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) quoted = !quoted;
    else if (quoted && byte === BACKSLASH) at++;
    else if (!quoted && (byte === COMMA || byte === BRACE || byte === BRACKET)) count++;
  }
  return count;
}

function valueFrom(json: unknown, limits: Limits, depth: number): NgValue | undefined {
  if (depth > MAX_DEPTH || ++limits.values > MAX_VALUES) return undefined;
  if (typeof json === 'string') return json;
  if (typeof json === 'boolean') return Number(json);
  if (typeof json === 'number') return Number.isSafeInteger(Math.trunc(json)) ? Math.trunc(json) : undefined;
  if (Array.isArray(json)) return listFrom(json, limits, depth + 1);
  return typeof json === 'object' && json !== null ? dictionaryFrom(json, limits, depth + 1) : undefined;
}

function listFrom(json: readonly unknown[], limits: Limits, depth: number): NgValue | undefined {
  const list: NgValue[] = [];
  for (const item of json) {
    const value = valueFrom(item, limits, depth);
    if (value === undefined) return undefined;
    list.push(value);
  }
  return list;
}

function dictionaryFrom(json: object, limits: Limits, depth: number): NgValue | undefined {
  const dictionary = emptyDictionary();
  for (const [key, member] of Object.entries(json)) {
    if (member === null) continue;
    const value = valueFrom(member, limits, depth);
    if (value === undefined) return undefined;
    dictionary[key] = key === BYTES_KEY && typeof value === 'string' ? encoder.encode(value) : value;
  }
  return dictionary;
}

/** Encodes a value; members that are undefined are left out. */
export function encodeJson(value: NgValue): Uint8Array {
  const text = JSON.stringify(value, (_key, member) => {
    return member instanceof Uint8Array ? decoder.decode(member) : member;
  });
  return encoder.encode(text);
}
