/** Takes one frame, whose memory is used again for the next. `begins`: there was nothing just before it. */
export type TakeFrame = (position: number, frame: Int16Array, begins: boolean) => void;

/** Cuts sound into frames of one length. A hole ends a frame early, with silence; what comes twice is left out. */
export class Framer {
  readonly #frame: Int16Array;
  readonly #take: TakeFrame;
  #filled = 0;
  /** Where the next sample belongs; `undefined` before the first. */
  #next: number | undefined;
  #begins = true;

  constructor(frameSamples: number, take: TakeFrame) {
    this.#frame = new Int16Array(frameSamples);
    this.#take = take;
  }

  write(position: number, samples: Int16Array): void {
    if (this.#next === undefined || position > this.#next) this.#jump(position);
    const next = this.#next ?? position;
    for (let from = Math.max(0, next - position); from < samples.length; ) {
      const part = samples.subarray(from, from + this.#frame.length - this.#filled);
      this.#frame.set(part, this.#filled);
      this.#filled += part.length;
      from += part.length;
      this.#next = position + from;
      if (this.#filled === this.#frame.length) this.#end();
    }
  }

  #jump(position: number): void {
    this.flush();
    // The silence at the end of that frame may reach beyond.
    if (this.#next !== undefined && position <= this.#next) return;
    this.#next = position;
    this.#begins = true;
  }

  /** Ends the frame that is begun. */
  flush(): void {
    if (this.#filled === 0 || this.#next === undefined) return;
    this.#next += this.#frame.length - this.#filled;
    this.#frame.fill(0, this.#filled);
    this.#end();
  }

  #end(): void {
    this.#filled = 0;
    this.#take((this.#next ?? 0) - this.#frame.length, this.#frame, this.#begins);
    this.#begins = false;
  }
}
