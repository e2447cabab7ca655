/** Calls once after so many milliseconds. */
export type After = (ms: number, call: () => void) => void;

/**
 * Hands on what comes together: what is there already with the first, and then at most one step for each gap. So what comes
 * alone does not wait, and a flood costs no more than one step for each frame.
 */
export class Bursts<T> {
  readonly #gapMs: number;
  readonly #after: After;
  readonly #handOn: (items: readonly T[]) => void;
  #waiting: T[] = [];
  /** A step is to come. */
  #due = false;

  constructor(gapMs: number, after: After, handOn: (items: readonly T[]) => void) {
    this.#gapMs = gapMs;
    this.#after = after;
    this.#handOn = handOn;
  }

  add(item: T): void {
    this.#waiting.push(item);
    if (this.#due) return;
    this.#due = true;
    // Not at this moment: the next messages of a burst are often here, but not read yet.
    this.#after(0, () => this.#step());
  }

  #step(): void {
    const items = this.#waiting;
    this.#waiting = [];
    this.#due = items.length > 0;
    if (!this.#due) return;
    this.#after(this.#gapMs, () => this.#step());
    this.#handOn(items);
  }
}
