import { percentile } from '../load/percentile.ts';

/** When one message was where, in milliseconds since the epoch. */
export interface Way {
  summary: string;
  /** The SIP server has seen it. */
  wireMs: number;
  /** The page has been told of it. */
  toldMs: number;
  /** Its row is in the document. */
  madeMs: number;
  /** The frame with its row begins to be drawn. */
  drawnMs: number;
}

export const wireToPage = ({ wireMs, drawnMs }: Way) => drawnMs - wireMs;

export const STRETCHES: readonly (readonly [words: string, of: (way: Way) => number])[] = [
  ['wire to told', ({ wireMs, toldMs }) => toldMs - wireMs],
  ['told to made', ({ toldMs, madeMs }) => madeMs - toldMs],
  ['made to drawn', ({ madeMs, drawnMs }) => drawnMs - madeMs],
  ['wire to page', wireToPage],
];

const ascending = (times: readonly number[]) => [...times].sort((a, b) => a - b);

export function p95(times: readonly number[]): number {
  return percentile(ascending(times), 0.95);
}

/** `p50 12.0 ms, p95 30.1 ms, longest 40.0 ms` */
export function figures(times: readonly number[]): string {
  const [half, most, longest] = [0.5, 0.95, 1].map((share) => percentile(ascending(times), share).toFixed(1));
  return `p50 ${half} ms, p95 ${most} ms, longest ${longest} ms`;
}
