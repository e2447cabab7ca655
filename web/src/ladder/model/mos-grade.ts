/** How it sounds by its MOS, as a band of the ladder is coloured. */
export type MosGrade = 'good' | 'fair' | 'poor' | 'bad' | 'unknown';

export function mosGrade(mos: number | null): MosGrade {
  if (mos === null) return 'unknown';
  if (mos >= 4.0) return 'good';
  if (mos >= 3.6) return 'fair';
  return mos >= 3.1 ? 'poor' : 'bad';
}
