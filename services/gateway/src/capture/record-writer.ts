import type { Logger } from '@ringback/runtime';

const BATCH = 200;
/** Gathers what comes at once, such as the messages of one call set-up. */
const GATHER_MS = 100;
const RETRY_MS = 2000;
/** While the database is away; the oldest go first. */
const MAX_WAITING = 10_000;

/** Stores what was captured in batches, in order; what the database does not take is offered again until it does. */
export class RecordWriter<T> {
  readonly #records: { add(records: readonly T[]): Promise<void> };
  readonly #what: string;
  readonly #logger: Logger;
  #waiting: T[] = [];
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<boolean> | null = null;
  #failing = false;

  readonly #gatherMs: number;

  /** `what` they are, for the log. */
  constructor(
    records: { add(records: readonly T[]): Promise<void> },
    what: string,
    logger: Logger,
    gatherMs = GATHER_MS,
  ) {
    this.#records = records;
    this.#gatherMs = gatherMs;
    this.#what = what;
    this.#logger = logger;
  }

  add(record: T): void {
    this.#waiting.push(record);
    const excess = this.#waiting.length - MAX_WAITING;
    if (excess > 0) this.#waiting.splice(0, excess);
    this.#schedule(this.#failing ? RETRY_MS : this.#gatherMs);
  }

  /** Writes what waits, before it is read or the process ends. */
  async flush(): Promise<void> {
    while (this.#waiting.length > 0 || this.#writing) if (!(await this.#write())) return;
  }

  async close(): Promise<void> {
    await this.flush();
    if (this.#timer) clearTimeout(this.#timer);
  }

  #schedule(afterMs: number): void {
    this.#timer ??= setTimeout(async () => {
      this.#timer = null;
      const written = await this.#write();
      if (this.#waiting.length > 0) this.#schedule(written ? 0 : RETRY_MS);
    }, afterMs);
  }

  /** One batch at a time; false when the database did not take it. */
  #write(): Promise<boolean> {
    this.#writing ??= this.#writeBatch().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  async #writeBatch(): Promise<boolean> {
    const batch = this.#waiting.splice(0, BATCH);
    try {
      await this.#records.add(batch);
      this.#failing = false;
      return true;
    } catch (error) {
      if (!this.#failing) this.#logger.error({ err: error }, `${this.#what} cannot be stored; trying again`);
      this.#failing = true;
      this.#waiting.unshift(...batch);
      return false;
    }
  }
}
