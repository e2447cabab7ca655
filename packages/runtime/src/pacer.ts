import { performance } from 'node:perf_hooks';
import { Schedule } from './schedule.ts';

/** Something that has a turn every 20 ms. */
export interface Paced {
  /** `frames` packets are due; before them `skipped` periods passed in which nothing could be sent. */
  turn(frames: number, skipped: number): void;
}

/**
 * The one RTP clock of a process: a single timer that follows a {@link Schedule}. An interval per stream loses packets
 * as soon as there are some dozens of them.
 */
export class Pacer {
  readonly #schedule = new Schedule<Paced>(performance.now());
  #timer: NodeJS.Timeout | undefined;

  /** The stream's first turn is now, within this call. */
  join(stream: Paced): void {
    this.#schedule.join(stream, performance.now());
    stream.turn(1, 0);
    this.#wind();
  }

  leave(stream: Paced): void {
    this.#schedule.leave(stream);
    if (this.#schedule.size === 0) clearTimeout(this.#timer);
  }

  #wind(): void {
    clearTimeout(this.#timer);
    const wakeAtMs = this.#schedule.wakeAtMs();
    if (wakeAtMs === undefined) return;
    this.#timer = setTimeout(() => this.#tick(), Math.ceil(Math.max(0, wakeAtMs - performance.now())));
  }

  #tick(): void {
    // An earlier turn of this round may have ended the call of a later one.
    for (const { stream, frames, skipped } of this.#schedule.due(performance.now()))
      if (this.#schedule.has(stream)) stream.turn(frames, skipped);
    this.#wind();
  }
}
