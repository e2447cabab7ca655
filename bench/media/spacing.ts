const BUCKET_MS = 0.1;
const BUCKETS = 5000;

/** Times between the packets of streams, in buckets of 0.1 ms up to 500 ms. */
export class Spacing {
  readonly #counts = new Uint32Array(BUCKETS);
  #total = 0;

  add(ms: number): void {
    this.#counts[Math.min(BUCKETS - 1, Math.floor(ms / BUCKET_MS))]! += 1;
    this.#total += 1;
  }

  /** The time that `share` (0..1) of all lie under. */
  percentileMs(share: number): number {
    let seen = 0;
    const bucket = this.#counts.findIndex((count) => {
      seen += count;
      return seen >= this.#total * share;
    });
    return (bucket + 1) * BUCKET_MS;
  }
}
