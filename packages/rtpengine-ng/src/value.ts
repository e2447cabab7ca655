/** What an NG message is made of. `undefined` members are not written; only a `blob` is bytes. */
export type NgValue = number | string | Uint8Array | readonly NgValue[] | NgDictionary;
export type NgDictionary = { readonly [key: string]: NgValue | undefined };

/** A UDP datagram cannot hold more. */
export const MAX_NG_BYTES = 65_536;
/** Dictionaries and lists inside each other; rtpengine's own messages need 8. */
export const MAX_DEPTH = 32;
/** Values in one message, keys not counted; a reply that lists a thousand calls is the largest there is. */
export const MAX_VALUES = 2048;

/** True for dictionaries, false for numbers, text, bytes and lists. */
export function isDictionary(value: NgValue | undefined): value is NgDictionary {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** A dictionary to be filled: without a prototype, since a key may be any text, `__proto__` too. */
export function emptyDictionary(): Record<string, NgValue> {
  return Object.create(null);
}

/** The member that holds a media file, and so is no text. */
export const BYTES_KEY = 'blob';
