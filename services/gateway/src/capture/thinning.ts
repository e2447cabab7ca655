/** After this many of one call only every second is kept, after as many more every fourth, and so on. */
const FULL_RATE = 500;
/** Calls that are counted at a time; the one that was longest without any is forgotten first. */
const MAX_CALLS = 10_000;

/** Keeps what is stored of one call bounded, however long it lasts. */
export class Thinning {
  /** Oldest use first. */
  readonly #counts = new Map<string, number>();

  /** True for one that is to be kept. */
  keeps(callId: string): boolean {
    const count = this.#counts.get(callId) ?? 0;
    this.#counts.delete(callId);
    this.#counts.set(callId, count + 1);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > MAX_CALLS && oldest !== undefined) this.#counts.delete(oldest);
    let everyNth = 1;
    for (let begins = FULL_RATE; begins <= count; begins += FULL_RATE * everyNth) everyNth *= 2;
    return count % everyNth === 0;
  }
}
