/**
 * Why a packet is not passed on. `malformed`: too short, or its header passes its end. `replayed`: seen before, or older
 * than the replay list. `unknown-key`: an MKI that was not agreed. `key-exhausted`: the index of a key is used up
 * (RFC 3711 9.2) and the two sides need a new one.
 */
export type SrtpFault =
  | 'malformed'
  | 'replayed'
  | 'unauthenticated'
  | 'unknown-key'
  | 'too-many-sources'
  | 'key-exhausted';

/** Tells a fault from the packet that comes in its place. */
export function isSrtpFault(result: Uint8Array | SrtpFault): result is SrtpFault {
  return typeof result === 'string';
}
