import type { CSSProperties } from 'react';

const COLORS = 6;

/** The colour of a leg as `--leg`; what belongs to no leg has the colour of text. */
export function legColor(color: number | null): CSSProperties {
  const value = color === null ? 'var(--rb-dim)' : `var(--rb-leg-${color % COLORS})`;
  return { '--leg': value } as CSSProperties;
}
