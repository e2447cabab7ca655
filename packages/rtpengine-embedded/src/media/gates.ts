import type { Codec } from '@ringback/sdp';
import type { PayloadRoute } from '../negotiation/payload-routes.ts';
import { payloadEnd, payloadStart } from './payload.ts';

/** What of a party's media may not pass, whoever is its peer. It is counted and recorded all the same. */
export type Gates = {
  /** No sound passes; telephone-events do. */
  blocked: boolean;
  /** Sound passes as silence, so that the other side's jitter buffer does not run dry. */
  silenced: boolean;
  /** No telephone-event passes. */
  dtmfBlocked: boolean;
};

export const OPEN_GATES: Readonly<Gates> = { blocked: false, silenced: false, dtmfBlocked: false };

/** The byte of silence in G.711. */
const SILENT_BYTE: ReadonlyMap<string, number> = new Map([
  ['pcmu', 0xff],
  ['pcma', 0xd5],
]);
/** Opus: 20 ms of silence, CELT, mono (RFC 6716 3.1). */
const SILENT_OPUS = [0xf8, 0xff, 0xfe];

/** The packet as it may go on; `undefined` when it may not. Changes the bytes in place. */
export function admit(gates: Readonly<Gates>, bytes: Buffer, route: PayloadRoute): Buffer | undefined {
  if (route.isEvent) return gates.dtmfBlocked ? undefined : bytes;
  if (gates.blocked) return undefined;
  return gates.silenced ? silence(bytes, route.codec) : bytes;
}

/** The same packet without its sound; `undefined` for a codec whose silence is not known. */
function silence(bytes: Buffer, codec: Codec): Buffer | undefined {
  const name = codec.name.toLowerCase();
  // RFC 3389: comfort noise is no sound of anybody.
  if (name === 'cn') return bytes;
  const byte = SILENT_BYTE.get(name);
  const start = payloadStart(bytes);
  if (byte !== undefined) return bytes.fill(byte, start, payloadEnd(bytes));
  if (name !== 'opus' || bytes.length < start + SILENT_OPUS.length) return undefined;
  bytes.set(SILENT_OPUS, start);
  // The padding bit went with the padding.
  bytes[0]! &= ~0x20;
  return bytes.subarray(0, start + SILENT_OPUS.length);
}
