import { decodeBencode, encodeBencode } from './bencode.ts';
import { decodeJson, encodeJson } from './json.ts';
import { isDictionary, type NgDictionary } from './value.ts';

/** How a message is written; a reply is written like its command. */
export type NgEncoding = 'bencode' | 'json';

/** One message of the NG protocol: a cookie chosen by the client, a space, a dictionary. */
export type NgFrame = { cookie: string; encoding: NgEncoding; body: NgDictionary };

export type NgFrameFault = { cookie: string | undefined; encoding: NgEncoding; reason: string };

export const MAX_COOKIE = 255;
const SPACE = 0x20;
const DICTIONARY = 0x64;
const BRACE = 0x7b;

/**
 * Reads one message: a datagram, a WebSocket message, a piece of a stream. A fault still names the cookie when there was
 * one, so that the client can be told; the reasons are rtpengine's own. The cookie is kept verbatim: clients match the
 * reply by it.
 */
export function readNgFrame(bytes: Uint8Array): NgFrame | NgFrameFault {
  const space = bytes.subarray(0, MAX_COOKIE + 1).indexOf(SPACE);
  if (space <= 0) return fault(undefined, 'bencode', 'Received invalid data: no cookie');
  const cookie = String.fromCharCode(...bytes.subarray(0, space));
  const body = bytes.subarray(space + 1);
  switch (body[0]) {
    case undefined:
      return fault(cookie, 'bencode', 'Invalid data (no payload)');
    case DICTIONARY: {
      const dictionary = decodeBencode(body);
      if (!isDictionary(dictionary)) return fault(cookie, 'bencode', 'Could not decode bencode dictionary');
      return { cookie, encoding: 'bencode', body: dictionary };
    }
    case BRACE: {
      const dictionary = decodeJson(body);
      if (!isDictionary(dictionary)) return fault(cookie, 'json', 'Failed to parse JSON document');
      return { cookie, encoding: 'json', body: dictionary };
    }
    default:
      return fault(cookie, 'bencode', 'Invalid NG data format');
  }
}

function fault(cookie: string | undefined, encoding: NgEncoding, reason: string): NgFrameFault {
  return { cookie, encoding, reason };
}

/** The bytes of a command or reply. `cookie` is of one-byte characters, as read. */
export function writeNgFrame(
  cookie: string,
  body: NgDictionary,
  encoding: NgEncoding = 'bencode',
): Uint8Array {
  const encoded = encoding === 'json' ? encodeJson(body) : encodeBencode(body);
  const bytes = new Uint8Array(cookie.length + 1 + encoded.length);
  for (let i = 0; i < cookie.length; i++) bytes[i] = cookie.charCodeAt(i);
  bytes[cookie.length] = SPACE;
  bytes.set(encoded, cookie.length + 1);
  return bytes;
}

export function isFault(frame: NgFrame | NgFrameFault): frame is NgFrameFault {
  return 'reason' in frame;
}
