/** Addresses nothing is taken from for a while. The oldest ban makes room for a new one. */
export class BanList {
  readonly #untilMs = new Map<string, number>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many there are, those that ran out unnoticed included. */
  get size(): number {
    return this.#untilMs.size;
  }

  add(address: string, untilMs: number): void {
    this.#untilMs.delete(address);
    const oldest = this.#untilMs.size >= this.#limit ? this.#untilMs.keys().next().value : undefined;
    if (oldest !== undefined) this.#untilMs.delete(oldest);
    this.#untilMs.set(address, untilMs);
  }

  has(address: string, nowMs: number): boolean {
    const untilMs = this.#untilMs.size === 0 ? undefined : this.#untilMs.get(address);
    if (untilMs === undefined) return false;
    if (nowMs < untilMs) return true;
    this.#untilMs.delete(address);
    return false;
  }
}
