/**
 * Members that have a turn each in every round, a portion of them at a time: what a thousand calls have to do four times a
 * second would hold up the packets of all of them, were it done at once.
 */
export class Round<T> {
  readonly #portions: readonly Set<T>[];
  #next = 0;

  /** A round is over after so many turns. */
  constructor(portions: number) {
    this.#portions = Array.from({ length: portions }, () => new Set<T>());
  }

  /** Has its turns from now on, among the fewest others. */
  join(member: T): void {
    const fewest = this.#portions.reduce((least, other) => (other.size < least.size ? other : least));
    fewest.add(member);
  }

  leave(member: T): void {
    for (const portion of this.#portions) portion.delete(member);
  }

  /** Those whose turn it is. They may leave meanwhile. */
  turn(): readonly T[] {
    const portion = this.#portions[this.#next] ?? new Set();
    this.#next = (this.#next + 1) % this.#portions.length;
    return [...portion];
  }
}
