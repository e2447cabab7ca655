import { MULAW_SILENCE } from './g711.ts';

/** Bytes in a 20 ms frame of G.711 at 8 kHz (RFC 3551 4.5.14). */
export const FRAME_BYTES = 160;

/**
 * Cuts a byte stream into frames of `frameBytes`, whatever the sizes of its pieces. The last frame is filled up
 * with `silence` (0xFF mu-law, 0xD5 A-law). Every frame is memory of its own. Ending early closes the source.
 */
export async function* frames(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  frameBytes: number = FRAME_BYTES,
  silence: number = MULAW_SILENCE,
): AsyncGenerator<Uint8Array, void, void> {
  if (!Number.isInteger(frameBytes) || frameBytes < 1) throw new RangeError(`frameBytes is ${frameBytes}`);
  let frame = new Uint8Array(frameBytes);
  let filled = 0;
  for await (const piece of source) {
    for (let offset = 0; offset < piece.length; ) {
      const part = piece.subarray(offset, offset + frameBytes - filled);
      frame.set(part, filled);
      filled += part.length;
      offset += part.length;
      if (filled < frameBytes) continue;
      yield frame;
      frame = new Uint8Array(frameBytes);
      filled = 0;
    }
  }
  if (filled > 0) yield frame.fill(silence, filled);
}
