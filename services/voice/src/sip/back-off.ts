const FIRST_MS = 250;
const LONGEST_MS = 5000;

/**
 * How long to wait after the `failures`-th failure in a row: doubled each time up to 5 s, and spread by a quarter
 * either way, so that many clients do not come back in step. `chance` is 0 to 1.
 */
export function backOffMs(failures: number, chance: number): number {
  const wait = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1));
  return wait * (0.75 + chance / 2);
}
