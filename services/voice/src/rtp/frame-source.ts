import { encodeMulaw, FRAME_BYTES, frames, tone } from '@ringback/audio';

/** 20 ms pieces of mu-law sound, asked for one at a time when their packet is due. */
export interface FrameSource {
  /** The next piece; undefined when none is ready, or none is left. */
  take(): Uint8Array | undefined;
  /** True when there will be no more. */
  readonly ended: boolean;
}

/** A source that never has anything: a call that only listens, or an echo. */
export const SILENCE: FrameSource = { take: () => undefined, ended: false };

/** Pieces put in as they are made, taken out as they are due. */
export class FrameQueue implements FrameSource {
  #frames: Uint8Array[] = [];
  #next = 0;
  #closed = false;

  get ended(): boolean {
    return this.#closed && this.#next === this.#frames.length;
  }

  put(frame: Uint8Array): void {
    this.#frames.push(frame);
  }

  /** Nothing more will be put in. */
  close(): void {
    this.#closed = true;
  }

  take(): Uint8Array | undefined {
    const frame = this.#frames[this.#next];
    if (frame) this.#next += 1;
    return frame;
  }

  /** Takes sound in as it comes; the promise ends, or fails, with the sound. */
  async fill(sound: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const frame of frames(sound)) this.put(frame);
  }
}

/** After 502 turns, which are exactly 25 packets, a tone of 1004 Hz is where it began. */
const TONE_LOOP_MS = 500;
/**
 * ITU-T O.41 and North American practice test with 1004 Hz. 0 dBm0 would be painful in a headset: -16 dBm0 is
 * about the level of speech.
 */
const TONE = { frequencyHz: 1004, levelDbm0: -16 };

/** The tone of 1004 Hz, without end. */
export function testTone(): FrameSource {
  const loop = encodeMulaw(tone({ ...TONE, durationMs: TONE_LOOP_MS }));
  let position = 0;
  return {
    ended: false,
    take() {
      const frame = loop.subarray(position, position + FRAME_BYTES);
      position = (position + FRAME_BYTES) % loop.length;
      return frame;
    },
  };
}
