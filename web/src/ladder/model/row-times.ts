import { clockTimeMs } from '../../format/time.ts';

export const TIME_STYLES = ['relative', 'delta', 'absolute'] as const;
export type TimeStyle = (typeof TIME_STYLES)[number];

/** `2.113` since the first row, `+0.007` since the row before, or `14:03:21.042`. */
export function rowTime(style: TimeStyle, timeUs: number, beforeUs: number | null, firstUs: number): string {
  switch (style) {
    case 'relative':
      return seconds(timeUs - firstUs);
    case 'delta':
      return beforeUs === null ? '' : `+${seconds(timeUs - beforeUs)}`;
    case 'absolute':
      return clockTimeMs(new Date(Math.floor(timeUs / 1000)).toISOString());
    default:
      return style satisfies never;
  }
}

function seconds(us: number): string {
  return (us / 1e6).toFixed(3);
}
