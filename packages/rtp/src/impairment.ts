/** What a bad network does to datagrams; shares are of all of them, 0 to 1. What is left out is 0. */
export type Impairment = {
  lost?: number;
  /** Come twice. */
  duplicated?: number;
  /** Held back by `heldMs`, so that those behind overtake them. */
  reordered?: number;
  heldMs?: number;
  /** Every datagram is on its way for this long. */
  delayMs?: number;
  /** And for up to this much longer, by chance; a queue keeps the order in which they came. */
  jitterMs?: number;
};

/**
 * The fates of datagrams, one after the other: for one sent at `nowMs`, when each copy of it arrives. An empty list is a loss.
 * The same seed gives the same fates.
 */
export function fates(impairment: Impairment, seed: number): (nowMs: number) => number[] {
  const { lost = 0, duplicated = 0, reordered = 0, heldMs = 0, delayMs = 0, jitterMs = 0 } = impairment;
  const chance = random(seed);
  let newestMs = Number.NEGATIVE_INFINITY;
  return (nowMs) => {
    // All are drawn each time, so that one share can be changed without another fate for the rest.
    const [loses, doubles, holds] = [chance() < lost, chance() < duplicated, chance() < reordered];
    const arrivalMs = Math.max(newestMs, nowMs + delayMs + chance() * jitterMs);
    if (loses) return [];
    const heldUntilMs = holds ? arrivalMs + heldMs : arrivalMs;
    if (!holds) newestMs = arrivalMs;
    return doubles ? [heldUntilMs, heldUntilMs + heldMs / 2] : [heldUntilMs];
  };
}

/** Mulberry32: 0 to below 1, well spread and reproducible. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
