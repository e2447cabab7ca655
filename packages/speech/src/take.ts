/**
 * Sound that is written once, piece by piece, and read by any number of readers, each from the beginning, while it
 * still grows or after its end.
 */
export class Take {
  readonly #pieces: Uint8Array[] = [];
  #length = 0;
  #end: { error?: unknown } | undefined;
  #waiting: (() => void)[] = [];

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  push(piece: Uint8Array): void {
    if (this.#end) throw new Error('a take that has ended takes nothing more');
    this.#pieces.push(piece);
    this.#length += piece.length;
    this.#wake();
  }

  end(): void {
    this.#end ??= {};
    this.#wake();
  }

  /** Readers get what there is and then this error. */
  fail(error: unknown): void {
    this.#end ??= { error };
    this.#wake();
  }

  /** All of it, in one piece. */
  bytes(): Uint8Array {
    const all = new Uint8Array(this.#length);
    let offset = 0;
    for (const piece of this.#pieces) {
      all.set(piece, offset);
      offset += piece.length;
    }
    return all;
  }

  async *read(): AsyncGenerator<Uint8Array, void, void> {
    for (let next = 0; ; ) {
      const piece = this.#pieces[next];
      if (piece) {
        next += 1;
        yield piece;
      } else if (!this.#end) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      } else if ('error' in this.#end) {
        throw this.#end.error;
      } else {
        return;
      }
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
