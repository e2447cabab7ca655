import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from '@ringback/audio';
import type { PayloadRoute } from '../negotiation/payload-routes.ts';
import { payloadEnd, payloadStart } from './payload.ts';

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);

/** G.711 of one law to the other is a table: each byte stands for one sample. */
const TABLES: Readonly<Record<NonNullable<PayloadRoute['convert']>, Uint8Array>> = {
  'PCMU to PCMA': encodeAlaw(decodeMulaw(everyByte)),
  'PCMA to PCMU': encodeMulaw(decodeAlaw(everyByte)),
};

/** Converts the payload of a valid RTP packet in place; CSRCs, extension and padding stay as they are. */
export function convertLaw(bytes: Uint8Array, convert: NonNullable<PayloadRoute['convert']>): void {
  const table = TABLES[convert];
  const end = payloadEnd(bytes);
  for (let at = payloadStart(bytes); at < end; at++) bytes[at] = table[bytes[at]!]!;
}
