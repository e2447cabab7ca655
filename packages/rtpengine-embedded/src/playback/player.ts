import { PERIOD_MS } from '@ringback/runtime';
import { FRAME_SAMPLES, SAMPLE_RATE, type Sound } from './sound.ts';

export type PlayOptions = {
  /** How often the sound is heard, 1 or more. */
  repeatTimes: number;
  /** It ends after this long even if repetitions are left. */
  durationMs: number | undefined;
  /** Where the first time begins, in samples of the file. */
  startPosition: number;
};

/** Reads a sound as often and as long as asked, a frame at a time. */
export class Player {
  readonly #sound: Sound;
  #timesLeft: number;
  #framesLeft: number;
  #next: number;

  constructor(sound: Sound, { repeatTimes, durationMs, startPosition }: PlayOptions) {
    this.#sound = sound;
    this.#timesLeft = repeatTimes;
    this.#framesLeft = Math.ceil((durationMs ?? Number.POSITIVE_INFINITY) / PERIOD_MS);
    const start = Math.floor((startPosition * SAMPLE_RATE) / sound.fileRate / FRAME_SAMPLES);
    // A position beyond the end is none.
    this.#next = start < sound.frameCount ? start : 0;
  }

  get done(): boolean {
    return this.#timesLeft === 0 || this.#framesLeft <= 0;
  }

  /** Up to where the file has been played, in samples of the file. */
  get position(): number {
    return Math.round((this.#next * FRAME_SAMPLES * this.#sound.fileRate) / SAMPLE_RATE);
  }

  /** The next frame; `undefined` when it is done. */
  next(): Int16Array | undefined {
    if (this.done) return undefined;
    const frame = this.#sound.frame(this.#next);
    this.skip(1);
    return frame;
  }

  /** Time has passed in which nothing could be heard. */
  skip(frames: number): void {
    for (let left = frames; left > 0 && !this.done; left--) {
      this.#framesLeft--;
      this.#next++;
      if (this.#next < this.#sound.frameCount) continue;
      this.#timesLeft--;
      if (this.#timesLeft > 0) this.#next = 0;
    }
  }
}
