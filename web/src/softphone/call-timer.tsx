import { timer } from '../format/duration.ts';
import { useNow } from '../ui/use-now.ts';

/** Time since then, in a running clock. */
export function CallTimer({ sinceMs }: { sinceMs: number }) {
  const nowMs = useNow(500);
  return <span role="timer">{timer(nowMs - sinceMs)}</span>;
}
