import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How late an event loop was over the last seconds, in milliseconds: what a packet waits for at most. */
export type LoopDelay = { p50Ms: number; p99Ms: number; maxMs: number };

export const NO_DELAY: LoopDelay = { p50Ms: 0, p99Ms: 0, maxMs: 0 };

const RESOLUTION_MS = 10;
/** Readings say what was in the last 5 to 10 seconds: long enough for a p99, short enough to see the end of an attack. */
const WINDOW_MS = 5000;

/** Watches the event loop of this process. */
export class LoopDelayMonitor {
  readonly #histograms = [newHistogram(), newHistogram()] as const;
  readonly #turn: NodeJS.Timeout;
  #older: 0 | 1 = 0;

  constructor() {
    this.#turn = setInterval(() => {
      this.#histograms[this.#older].reset();
      this.#older = this.#older === 0 ? 1 : 0;
    }, WINDOW_MS);
    this.#turn.unref();
  }

  read(): LoopDelay {
    const histogram = this.#histograms[this.#older];
    if (histogram.count === 0) return NO_DELAY;
    return {
      p50Ms: lateMs(histogram.percentile(50)),
      p99Ms: lateMs(histogram.percentile(99)),
      maxMs: lateMs(histogram.max),
    };
  }

  close(): void {
    clearInterval(this.#turn);
    for (const histogram of this.#histograms) histogram.disable();
  }
}

function newHistogram() {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return histogram;
}

/** What the histogram holds is the whole time between two ticks, in nanoseconds. */
function lateMs(nanoseconds: number): number {
  return Math.max(0, Math.round(nanoseconds / 1e4) / 100 - RESOLUTION_MS);
}
