/** Recordings are made at the rate of the telephone network. */
export const SAMPLE_RATE = 8000;
export type Channel = 0 | 1;

/** Seconds between two writes, and room for a process that was held up. */
const WINDOW = 4 * SAMPLE_RATE;

/**
 * Two channels side by side on one clock that counts samples. Sound is put where it belongs, in any order, as long as its place
 * has not been taken out yet; what nobody spoke in is silence.
 */
export class StereoTimeline {
  readonly #interleaved = new Int16Array(2 * WINDOW);
  /** The first sample that has not been taken out. */
  #begin = 0;

  /** What lies before the window is late and is left out, and so is what lies beyond it. */
  put(channel: Channel, at: number, samples: Int16Array): void {
    const from = Math.max(0, this.#begin - at);
    const to = Math.min(samples.length, this.#begin + WINDOW - at);
    for (let i = from; i < to; i++) this.#interleaved[2 * ((at + i) % WINDOW) + channel] = samples[i]!;
  }

  /** All up to the sample `end`, left and right in turn, from where the last one ended. */
  take(end: number): Int16Array {
    const count = Math.max(0, Math.min(end - this.#begin, WINDOW));
    const taken = new Int16Array(2 * count);
    for (let i = 0; i < count; i++) {
      const at = 2 * ((this.#begin + i) % WINDOW);
      taken[2 * i] = this.#interleaved[at]!;
      taken[2 * i + 1] = this.#interleaved[at + 1]!;
      this.#interleaved[at] = 0;
      this.#interleaved[at + 1] = 0;
    }
    this.#begin += count;
    return taken;
  }

  get begin(): number {
    return this.#begin;
  }
}
