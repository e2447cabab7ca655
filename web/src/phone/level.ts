const FLOOR_DB = -60;

/** How loud samples are to the ear: 0 at -60 dBFS and below, 1 at full scale, even steps of decibels between. */
export function levelOf(samples: Float32Array): number {
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  if (energy === 0) return 0;
  const db = 10 * Math.log10(energy / samples.length);
  return Math.min(1, Math.max(0, 1 - db / FLOOR_DB));
}

/** What counts as sound: louder than the hum of a quiet room. */
export const AUDIBLE = 0.3;
