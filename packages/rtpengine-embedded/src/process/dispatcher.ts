import { errorReply, type NgCommand, type NgReply } from '@ringback/rtpengine-ng';
import { mergedStatistics } from '../control/merged-statistics.ts';
import { CallRoutes, type Route } from './call-routes.ts';
import { type Answer, ProcessLost } from './media-process.ts';

/** How long a new call waits for a process when none is up: longer than a start takes on a busy machine. */
const PATIENCE_MS = 10_000;
/** Commands that wait for one process: far more than clients have on their way when all is well. */
const MAX_WAITING = 1024;

/** What the dispatcher needs of a media process. */
export type CommandTarget = {
  readonly up: boolean;
  /** Rejects with ProcessLost when the process is not there, or ends before it answers. */
  request(command: NgCommand): Promise<Answer>;
};

type CallCommand = Extract<NgCommand, { callId: string }>;

/** Brings every command of a call to the process that has the call, and new calls to the one with the fewest. */
export class Dispatcher {
  readonly #targets: readonly CommandTarget[];
  readonly #routes: CallRoutes;
  /** New calls that wait for a process. */
  readonly #waiters = new Set<() => void>();

  constructor(targets: readonly CommandTarget[]) {
    this.#targets = targets;
    this.#routes = new CallRoutes(targets.length);
  }

  async handle(command: NgCommand): Promise<NgReply> {
    switch (command.command) {
      case 'ping':
        return this.#upNow().length > 0 ? { result: 'pong' } : errorReply('No media process is up');
      case 'list':
        return { result: 'ok', calls: [...this.#routes.callIds()].slice(0, command.limit) };
      case 'statistics':
        return this.#statistics(command);
      default:
        return this.#handleForCall(command);
    }
  }

  /** Of the processes that are up; what a lost one had counted is lost with it. */
  async #statistics(command: NgCommand): Promise<NgReply> {
    const asked = this.#upNow().map((index) => this.#targets[index]?.request(command));
    const answers = (await Promise.allSettled(asked)).flatMap((one) => {
      return one.status === 'fulfilled' && one.value ? [one.value.reply] : [];
    });
    const parts = answers.flatMap((reply) => ('statistics' in reply ? [reply.statistics] : []));
    if (parts.length === 0) return errorReply('No media process is up');
    return { result: 'ok', statistics: mergedStatistics(parts) };
  }

  /** Calls of one process. */
  calls(process: number): number {
    return this.#routes.calls(process);
  }

  /** The process freed a call by itself. */
  ended(callId: string): void {
    this.#routes.ended(callId);
  }

  /** A process is up, for the first time or again. */
  up(): void {
    for (const go of [...this.#waiters]) go();
  }

  /** A process is gone; gives the calls that went with it. */
  lost(process: number): string[] {
    return this.#routes.lost(process);
  }

  async #handleForCall(command: CallCommand): Promise<NgReply> {
    const route = this.#routes.find(command.callId) ?? (await this.#newRoute(command));
    if (!route) return lost(command, 'No media process is up');
    if (this.#routes.waiting(route.process) >= MAX_WAITING)
      return errorReply('Too many commands are waiting');
    return this.#ask(route, command);
  }

  async #ask(route: Route, command: CallCommand): Promise<NgReply> {
    const target = this.#targets[route.process];
    if (!target) throw new RangeError(`no process ${route.process}`);
    this.#routes.asked(route);
    try {
      const { reply, known } = await target.request(command);
      this.#routes.answered(route, known);
      return reply;
    } catch (error) {
      this.#routes.answered(route, false);
      if (!(error instanceof ProcessLost)) throw error;
      // Not tried on another process: this may be what ended the first.
      return lost(command, error.message);
    }
  }

  /** For what is not an offer the route ends with its reply: any process can say that it does not know the call. */
  async #newRoute({ command, callId }: CallCommand): Promise<Route | undefined> {
    if (command === 'offer' && this.#upNow().length === 0) await this.#aProcess();
    // Another offer of the same call may have waited as well.
    return this.#routes.find(callId) ?? this.#routes.add(callId, this.#upNow());
  }

  #upNow(): number[] {
    return this.#targets.flatMap(({ up }, index) => (up ? [index] : []));
  }

  /** Resolves when a process is up, or after a while anyway. */
  #aProcess(): Promise<void> {
    if (this.#waiters.size >= MAX_WAITING) return Promise.resolve();
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(limit);
        this.#waiters.delete(go);
        resolve();
      };
      const limit = setTimeout(go, PATIENCE_MS);
      this.#waiters.add(go);
    });
  }
}

/** No process has the call any more. */
function lost({ command }: CallCommand, reason: string): NgReply {
  return errorReply(command === 'offer' ? reason : 'Unknown call-id');
}
