/**
 * Linear sound in here is 16 bit, mono, 8 kHz: all that G.711 can carry, and a rate that Opus decodes to and encodes from
 * by itself. A position is a number of such samples since a stream began.
 */
export const SAMPLE_RATE = 8000;

/** Turns the packets of one stream, given in their order, into sound. */
export interface SoundDecoder {
  /** `undefined` for a payload that is not of this codec. */
  decode(payload: Uint8Array): Int16Array | undefined;
  /** Sound in place of `count` lost samples, of which `next`, the payload after them, may know something. */
  conceal(count: number, next: Uint8Array): Int16Array;
  free(): void;
}

/** Turns sound into payloads, one a frame. */
export interface SoundEncoder {
  /** `undefined` when there is nothing to send: silence, and a receiver who asked for discontinuous transmission. */
  encode(frame: Int16Array): Uint8Array | undefined;
  free(): void;
}
