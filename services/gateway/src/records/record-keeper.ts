import type { Clock, Logger } from '@ringback/runtime';
import type { CallStore } from '@ringback/store';

/** What keeps something of a call outside of the database, such as its recording. */
export type Forget = (callIds: readonly string[]) => Promise<void>;

export interface RecordKeeperDeps {
  readonly calls: Pick<CallStore, 'endedBefore' | 'remove' | 'removeStrays'>;
  /** Undefined: for ever. */
  readonly keepDays: number | undefined;
  /** Asked before the records go: what is left when one fails is tried again. */
  readonly forget: readonly Forget[];
  readonly clock: Clock;
  readonly logger: Logger;
}

const DAY_MS = 86_400_000;
const LOOK_EVERY_MS = 10 * 60_000;
/** One batch holds the database for some milliseconds; calls that are up go on between two. */
const BATCH = 100;
const PAUSE_MS = 100;

/** The one place where records of calls are removed: those that are older than they are to be kept, in small batches. */
export class RecordKeeper {
  readonly #deps: RecordKeeperDeps;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<unknown> = Promise.resolve();

  constructor(deps: RecordKeeperDeps) {
    this.#deps = deps;
  }

  /** Sweeps now, and again every few minutes. */
  start(): this {
    if (this.#deps.keepDays === undefined) return this;
    this.#timer = setInterval(() => this.#begin(), LOOK_EVERY_MS);
    this.#begin();
    return this;
  }

  /** Removes what is too old now; how many calls went. */
  async sweep(): Promise<number> {
    const { calls, keepDays, forget, clock } = this.#deps;
    if (keepDays === undefined) return 0;
    const before = new Date(clock.nowMs() - keepDays * DAY_MS).toISOString();
    const gone = await this.#inBatches(async () => {
      const ids = await calls.endedBefore(before, BATCH);
      if (ids.length === 0) return 0;
      for (const each of forget) await each(ids);
      await calls.remove(ids);
      return ids.length;
    });
    await this.#inBatches(() => calls.removeStrays(before, BATCH));
    return gone;
  }

  async #inBatches(removeSome: () => Promise<number>): Promise<number> {
    for (let gone = 0; ; await pause(PAUSE_MS)) {
      if (this.#stopping.signal.aborted) return gone;
      const some = await removeSome();
      gone += some;
      if (some < BATCH) return gone;
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#round;
  }

  #begin(): void {
    const { logger, keepDays } = this.#deps;
    this.#round = this.#round
      .then(() => this.sweep())
      .then((gone) => gone > 0 && logger.info({ calls: gone, keepDays }, 'old records of calls were removed'))
      .catch((error: unknown) => logger.warn({ err: error }, 'old records of calls were not removed'));
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
