/** Of ascending values; `share` 0.5 is the median, 1 the greatest. NaN of none. */
export const percentile = (ascending: number[], share: number) =>
  ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? Number.NaN;
