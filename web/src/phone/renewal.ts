const LEAST_DELAY_MS = 5_000;
const MOST_DELAY_MS = 24 * 3_600_000;

/** Milliseconds until credentials are to be renewed: at four fifths of what is left of their life. */
export function renewalDelayMs(expiresAt: string, nowMs: number): number {
  const leftMs = new Date(expiresAt).getTime() - nowMs;
  return Math.min(MOST_DELAY_MS, Math.max(LEAST_DELAY_MS, leftMs * 0.8));
}
