import type { NgCommand } from '@ringback/rtpengine-ng';
import type { Logger } from '@ringback/runtime';
import type { ChildOptions } from './child-message.ts';
import { type LoopDelay, NO_DELAY } from './loop-delay.ts';
import { type Answer, type Death, MediaProcess, ProcessLost } from './media-process.ts';

const FIRST_RESTART_MS = 50;
const LONGEST_RESTART_MS = 5000;
/** A process that lived this long is not part of a series of deaths. */
const SETTLED_MS = 10_000;

export type KeptEvents = {
  /** It is up, for the first time or again. */
  up(): void;
  ended(callId: string): void;
  died(death: Death, pid: number | undefined): void;
};

/** A media process that is started again, on its own ports, whenever it dies. */
export class KeptProcess {
  /** Deaths so far. */
  deaths = 0;
  readonly #options: ChildOptions;
  readonly #hangTimeoutSec: number;
  readonly #logger: Logger;
  readonly #events: KeptEvents;
  #running: MediaProcess | undefined;
  #starting: Promise<void> | undefined;
  readonly #abort = new AbortController();
  #restart: NodeJS.Timeout | undefined;
  #delayMs = FIRST_RESTART_MS;

  constructor(options: ChildOptions, hangTimeoutSec: number, logger: Logger, events: KeptEvents) {
    this.#options = options;
    this.#hangTimeoutSec = hangTimeoutSec;
    this.#logger = logger;
    this.#events = events;
  }

  get up(): boolean {
    return this.#running !== undefined;
  }

  /** Undefined while it is being started again. */
  get pid(): number | undefined {
    return this.#running?.pid;
  }

  get loopDelay(): LoopDelay {
    return this.#running?.loopDelay ?? NO_DELAY;
  }

  /** Resolves when it serves. Rejects with the reason why it cannot. */
  start(): Promise<void> {
    this.#starting = this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    const startedMs = performance.now();
    const events = {
      ended: (callId: string) => this.#events.ended(callId),
      died: (death: Death) => {
        if (performance.now() - startedMs > SETTLED_MS) this.#delayMs = FIRST_RESTART_MS;
        this.#died(death);
      },
    };
    this.#running = await MediaProcess.start(
      this.#options,
      this.#hangTimeoutSec,
      this.#logger,
      events,
      this.#abort.signal,
    );
    this.#events.up();
  }

  /** Rejects with ProcessLost when the process is not there, or ends before it answers. */
  request(command: NgCommand): Promise<Answer> {
    return this.#running?.request(command) ?? Promise.reject(new ProcessLost('The media process is not up'));
  }

  async close(): Promise<void> {
    this.#abort.abort();
    clearTimeout(this.#restart);
    await this.#starting?.catch(ignoreFailedStart);
    await this.#running?.close();
    this.#running = undefined;
  }

  #died(death: Death): void {
    const pid = this.#running?.pid;
    this.#running = undefined;
    this.deaths += 1;
    this.#events.died(death, pid);
    this.#scheduleRestart();
  }

  #scheduleRestart(): void {
    if (this.#abort.signal.aborted) return;
    this.#restart = setTimeout(() => {
      this.start().catch((error: unknown) => {
        if (this.#abort.signal.aborted) return;
        this.#logger.error({ err: error }, 'the media process does not start');
        this.#scheduleRestart();
      });
    }, this.#delayMs);
    this.#delayMs = Math.min(this.#delayMs * 2, LONGEST_RESTART_MS);
  }
}

// Whoever called `start` was told; the end only needs to know that nothing is starting any more.
function ignoreFailedStart(): void {
  return;
}
