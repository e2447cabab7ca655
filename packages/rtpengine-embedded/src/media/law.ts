import { type G711, g711 } from '@ringback/audio';
import type { Codec } from '@ringback/sdp';

/** The law of G.711 that a format is, if it is one. */
export function lawOf({ name, clockRate, channels = 1 }: Codec): G711 | undefined {
  const upper = name.toUpperCase();
  return clockRate === 8000 && channels === 1 && (upper === 'PCMU' || upper === 'PCMA')
    ? g711[upper]
    : undefined;
}
