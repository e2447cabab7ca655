import type { ReceivedMedia } from '@ringback/contracts';

/** `3 (0.6 %)`: packets lost of those that were sent; null when it is not known. */
export function lostWords({
  packets,
  packetsLost,
}: Pick<ReceivedMedia, 'packets' | 'packetsLost'>): string | null {
  if (packetsLost === null) return null;
  if (packetsLost <= 0) return 'none';
  return `${packetsLost.toLocaleString()} (${((packetsLost / (packets + packetsLost)) * 100).toFixed(1)} %)`;
}
