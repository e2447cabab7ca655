import { NONCE_LIFETIME_MS } from './nonce.ts';

/** More than this many nonces in use at once are a flood; the oldest are forgotten. */
const MAX_NONCES = 20_000;

/** The highest nonce count seen with each nonce: a request that repeats one is a replay (RFC 7616 5.4). */
export class NonceCounts {
  readonly #seen = new Map<string, { count: number; firstMs: number }>();

  /** True when this count of this nonce is new; it is not new a second time. */
  admit(nonce: string, nc: string, nowMs: number): boolean {
    const count = Number.parseInt(nc, 16);
    const seen = this.#seen.get(nonce);
    if (!(count > (seen?.count ?? 0))) return false;
    this.#seen.set(nonce, { count, firstMs: seen?.firstMs ?? nowMs });
    this.#forget(nowMs);
    return true;
  }

  /** Entries stand in the order of their first use, so the old ones are in front. */
  #forget(nowMs: number): void {
    for (const [nonce, { firstMs }] of this.#seen) {
      if (this.#seen.size <= MAX_NONCES && nowMs - firstMs <= NONCE_LIFETIME_MS) return;
      this.#seen.delete(nonce);
    }
  }
}
