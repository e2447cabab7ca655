import { decodeBencode, encodeBencode, isDictionary, type NgDictionary } from './bencode.ts';

/** One datagram of the NG protocol: a cookie chosen by the client, a space, a bencoded dictionary. */
export type NgFrame = { cookie: string; body: NgDictionary };

const MAX_COOKIE = 255;
const SPACE = 0x20;

export type NgFrameFault = { cookie: string | undefined; reason: string };

/**
 * Reads one datagram. A fault still names the cookie when there was one, so that the client can be told.
 * The cookie is kept verbatim: clients match the reply by it.
 */
export function readNgFrame(bytes: Uint8Array): NgFrame | NgFrameFault {
  const space = bytes.subarray(0, MAX_COOKIE + 1).indexOf(SPACE);
  if (space <= 0) return { cookie: undefined, reason: 'Received invalid data: no cookie' };
  const cookie = String.fromCharCode(...bytes.subarray(0, space));
  const body = decodeBencode(bytes.subarray(space + 1));
  if (!isDictionary(body)) return { cookie, reason: 'Could not decode bencode dictionary' };
  return { cookie, body };
}

/** The bytes of a command or reply. `cookie` is of one-byte characters, as read. */
export function writeNgFrame(cookie: string, body: NgDictionary): Uint8Array {
  const encoded = encodeBencode(body);
  const bytes = new Uint8Array(cookie.length + 1 + encoded.length);
  for (let i = 0; i < cookie.length; i++) bytes[i] = cookie.charCodeAt(i);
  bytes[cookie.length] = SPACE;
  bytes.set(encoded, cookie.length + 1);
  return bytes;
}

export function isFault(frame: NgFrame | NgFrameFault): frame is NgFrameFault {
  return 'reason' in frame;
}
