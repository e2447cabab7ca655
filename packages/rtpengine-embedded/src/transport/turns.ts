/** Gives work of milliseconds a turn of the event loop of its own, one after the other, so that packets pass in between. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Resolves at the beginning of a turn that nobody else was given. */
  next(): Promise<void> {
    this.#last = this.#last.then(() => new Promise((resolve) => setImmediate(resolve)));
    return this.#last;
  }
}
