/** What a bad network does to datagrams; each value is a share of them, 0 to 1. */
export interface Impairment {
  lost: number;
  duplicated: number;
  /** Held back by `delayMs`, so that those behind overtake them. */
  reordered: number;
  delayMs: number;
}

/**
 * The fates of datagrams, one after the other: after how many ms each copy arrives; an empty list is a loss. The same
 * seed gives the same fates.
 */
export function fates(impairment: Impairment, seed: number): () => number[] {
  const { lost, duplicated, reordered, delayMs } = impairment;
  const chance = random(seed);
  return () => {
    // All are drawn each time, so that one share can be changed without another fate for the rest.
    const [loses, doubles, holds] = [chance() < lost, chance() < duplicated, chance() < reordered];
    if (loses) return [];
    const arrival = holds ? delayMs : 0;
    return doubles ? [arrival, arrival + delayMs / 2] : [arrival];
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
