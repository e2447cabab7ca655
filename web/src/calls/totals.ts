import type { CallTotals } from '@ringback/contracts';
import { length } from '../format/duration.ts';

const HOUR_MS = 3_600_000;

/** `87 %`; null without calls. Only all are 100, and only none are 0. */
export function answeredShare({ calls, answered }: CallTotals): string | null {
  if (calls === 0) return null;
  const percent = (answered / calls) * 100;
  if (percent > 0 && percent < 1) return '< 1 %';
  return `${percent > 99 && percent < 100 ? 99 : Math.round(percent)} %`;
}

/** `0 s`, `12.4 s`, `3 min 05 s`, `31 h 12 min`. */
export function talkTime(ms: number): string {
  if (ms === 0) return '0 s';
  if (ms < HOUR_MS) return length(ms);
  const minutes = Math.round(ms / 60_000);
  return `${Math.floor(minutes / 60).toLocaleString()} h ${String(minutes % 60).padStart(2, '0')} min`;
}
