/** Wall-clock time in milliseconds since the epoch. Injected wherever time matters. */
export interface Clock {
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };
