import { type QualityState, type Second, silenceMs, stepQuality } from '../media/live-quality.ts';
import type { AbortCause } from './call-end.ts';
import type { MediaLook, Side } from './call-media.ts';

/** How often the media server is asked about a call that is up. */
export const QUALITY_INTERVAL_MS = 1000;
/** Up to here it is asked about every call each interval; with more calls, about each of them less often, */
const CALLS_AT_FULL_RATE = 50;
/** but not so much that a call whose media is gone goes on for long, or that seconds are missed: our engine tells five. */
const LONGEST_TURN = 5;
/** A media server that does not answer is asked ever less often, up to here. */
const LONGEST_INTERVAL_MS = 8000;
/** A path that failed may be replaced by an ICE restart, and a browser that closed it may still say BYE. */
const REPAIR_MS = 3000;
/** A call that vanished after so much silence was freed for it; any other was lost. No media timeout is shorter. */
const DEAD_SILENCE_MS = 5000;

export type MediaEnd = Extract<AbortCause, 'media-timeout' | 'media-lost' | 'media-path-failed'>;

export interface MediaWatched {
  readonly intervalMs: number;
  nowMs(): number;
  /** How many calls are watched in all. */
  callCount(): number;
  look(): Promise<MediaLook>;
  tell(second: Second): void;
  /** The call cannot go on; told once. */
  ended(cause: MediaEnd, sentence?: string): void;
}

/**
 * Asks the media server how a call fares, each second while there are few calls: tells every second of it, and when its
 * media is gone. A `query` is what every rtpengine answers; nobody is told by it that a call was freed. A look costs about
 * a millisecond. Returns how to stop.
 */
export function watchMedia(watched: MediaWatched): () => void {
  const { intervalMs, nowMs, callCount, look, tell } = watched;
  let state: QualityState | undefined;
  let failedMs: number | undefined;
  let waitMs = intervalMs;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const stop = () => {
    stopped = true;
    clearTimeout(timer);
  };
  const end = (cause: MediaEnd, sentence?: string) => {
    stop();
    watched.ended(cause, sentence);
  };
  const take = (seen: MediaLook) => {
    if (seen.kind === 'no-answer') {
      waitMs = Math.min(LONGEST_INTERVAL_MS, waitMs * 2);
      return;
    }
    waitMs = intervalMs * Math.min(LONGEST_TURN, Math.max(1, callCount() / CALLS_AT_FULL_RATE));
    if (seen.kind === 'unknown') {
      const silent = state !== undefined && silenceMs(state, nowMs()) >= DEAD_SILENCE_MS;
      end(silent ? 'media-timeout' : 'media-lost');
      return;
    }
    const step = stepQuality(state, seen, nowMs());
    state = step.state;
    for (const second of step.seconds) tell(second);
    const broken = (['caller', 'callee'] as const).find((side) => seen[side].failure !== null);
    failedMs = broken && (failedMs ?? nowMs());
    if (broken && nowMs() - (failedMs ?? 0) >= REPAIR_MS)
      end('media-path-failed', failureSentence(broken, seen[broken].failure ?? ''));
  };
  const next = () => {
    timer = setTimeout(async () => {
      const seen = await look();
      if (stopped) return;
      take(seen);
      if (!stopped) next();
    }, waitMs);
  };
  next();
  return stop;
}

function failureSentence(side: Side, failure: string): string {
  return `The media path to the ${side === 'caller' ? 'caller' : 'called party'} failed: ${failure}`;
}
