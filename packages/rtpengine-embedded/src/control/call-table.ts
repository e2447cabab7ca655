import { errorReply, type NgCommand, type NgReply } from '@ringback/rtpengine-ng';
import type { Logger } from '@ringback/runtime';
import type { MediaClock } from '../media/clock.ts';
import type { MediaResources } from '../negotiation/negotiation.ts';
import type { Timeouts } from '../options.ts';
import { Studio } from '../playback/studio.ts';
import { Recordings } from '../recording/recordings.ts';
import { Calls } from './calls.ts';
import type { CommandContext } from './commands/command-context.ts';
import { handlerOf } from './commands/handlers.ts';
import { Refusal } from './refusal.ts';

/** Where sound on disk comes from and goes to. */
export type MediaFiles = { ffmpegPath: string; recordingDir: string | undefined; workingDir: string };

/** Has each command done by its handler: those about one call in the order in which they came, others beside them. */
export class CallTable {
  readonly #calls: Calls;
  readonly #context: CommandContext;
  /** The last command of each call: the next one waits for it, since both change the same call. */
  readonly #queues = new Map<string, Promise<unknown>>();

  /** `onEnd` is told of every call that is no more, whoever ended it. */
  constructor(
    media: MediaResources,
    clock: MediaClock,
    logger: Logger,
    timeouts: Timeouts,
    files: MediaFiles,
    onEnd: (callId: string) => void = () => undefined,
  ) {
    this.#calls = new Calls(clock, logger, timeouts, onEnd, media.mirror);
    const studio = new Studio(files, clock);
    const recordings = new Recordings(files, media.interfaces.first.address, clock);
    this.#context = { calls: this.#calls, media, studio, recordings, clock, logger };
  }

  has(callId: string): boolean {
    return this.#calls.get(callId) !== undefined;
  }

  /** Does one command. A refusal is a reply; anything else that goes wrong is a fault and is thrown. */
  async handle(command: NgCommand): Promise<NgReply> {
    if (!('callId' in command)) return this.#do(command);
    const { callId } = command;
    const previous = this.#queues.get(callId);
    const done = (previous ?? Promise.resolve()).then(() => this.#do(command));
    const settled = done.catch(ignoreUntilAwaited);
    this.#queues.set(callId, settled);
    try {
      return await done;
    } finally {
      if (this.#queues.get(callId) === settled) this.#queues.delete(callId);
    }
  }

  async #do(command: NgCommand): Promise<NgReply> {
    try {
      return await handlerOf(command)(command, this.#context);
    } catch (error) {
      if (error instanceof Refusal) return errorReply(error.message);
      throw error;
    }
  }

  /** To be called every `TICK_MS`. */
  tick(): void {
    this.#calls.tick();
    this.#context.recordings.tick();
  }

  /** Ends all calls; resolves when what was recorded is on disk. */
  async close(): Promise<void> {
    this.#calls.close();
    await this.#context.recordings.close();
  }
}

// The caller of `handle` gets the error; the queue only needs to know that the command is over.
function ignoreUntilAwaited(): void {
  return;
}
