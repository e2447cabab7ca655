/** A clock that stands still until told: tests of timers need no waiting. */
export class ManualClock {
  #nowMs: number;
  #order = 0;
  readonly #timers = new Map<number, { atMs: number; call: () => void }>();

  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** Calls once, `delayMs` from now. Returns what cancels it. */
  after(delayMs: number, call: () => void): () => void {
    const id = ++this.#order;
    this.#timers.set(id, { atMs: this.#nowMs + delayMs, call });
    return () => this.#timers.delete(id);
  }

  /** Lets time pass; what falls due is called in order of time, also what is set meanwhile. */
  advance(byMs: number): void {
    const endMs = this.#nowMs + byMs;
    for (let due = this.#firstDue(endMs); due; due = this.#firstDue(endMs)) {
      this.#timers.delete(due.id);
      this.#nowMs = due.atMs;
      due.call();
    }
    this.#nowMs = endMs;
  }

  get pendingTimers(): number {
    return this.#timers.size;
  }

  #firstDue(endMs: number): { id: number; atMs: number; call: () => void } | undefined {
    let first: { id: number; atMs: number; call: () => void } | undefined;
    for (const [id, timer] of this.#timers) {
      if (timer.atMs <= endMs && (!first || timer.atMs < first.atMs)) first = { id, ...timer };
    }
    return first;
  }
}
