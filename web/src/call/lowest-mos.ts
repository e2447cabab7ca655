import type { Leg } from '@ringback/contracts';

/** How the worse direction sounded; null while no leg tells. */
export function lowestMos(legs: readonly Pick<Leg, 'media'>[]): number | null {
  const known = legs.flatMap(({ media }) => media?.mos ?? []);
  return known.length === 0 ? null : Math.min(...known);
}
