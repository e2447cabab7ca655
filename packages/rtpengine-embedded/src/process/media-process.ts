import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { NgCommand, NgReply } from '@ringback/rtpengine-ng';
import type { Logger } from '@ringback/runtime';
import type { ChildOptions, FromChild, ToChild } from './child-message.ts';
import { passLogs } from './log-lines.ts';
import { type LoopDelay, NO_DELAY } from './loop-delay.ts';

const ENTRY = new URL('./child.ts', import.meta.url);
const HERE = new URL('.', import.meta.url);
/** MB: what packets are put in is short-lived; a young heap that fits the CPU's cache costs less than the usual 16. */
const YOUNG_HEAP = ['--max-semi-space-size=2'];
/** On a busy machine the libraries take seconds to load. */
const START_LIMIT_MS = 30_000;
const CLOSE_LIMIT_MS = 3000;
const CHECK_MS = 500;

export type Answer = { reply: NgReply; known: boolean };

/** How a process ended that nobody closed. `hung`: it was killed since its event loop stood still. */
export type Death = { code: number | null; signal: NodeJS.Signals | null; hung: boolean };

export type ProcessEvents = {
  /** The engine freed a call by itself. */
  ended(callId: string): void;
  /** Told once, and never after `close`. */
  died(death: Death): void;
};

/** The command was not done, or nobody knows how far: its process ended. */
export class ProcessLost extends Error {
  override readonly name = 'ProcessLost';
  readonly code = 'process-lost';
}

/** One child process with an engine in it, from its start to its end. */
export class MediaProcess {
  readonly #child: ChildProcess;
  readonly #events: ProcessEvents;
  readonly #waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  readonly #checker: NodeJS.Timeout;
  #lastId = 0;
  #checksWithoutWord = 0;
  #hung = false;
  #closing = false;
  loopDelay: LoopDelay = NO_DELAY;

  /** Resolves when the engine serves; rejects with its reason, or when it ends before, as by `aborted`. */
  static async start(
    options: ChildOptions,
    hangTimeoutSec: number,
    logger: Logger,
    events: ProcessEvents,
    aborted: AbortSignal,
  ): Promise<MediaProcess> {
    const child = fork(ENTRY, {
      execArgv: ['--import', 'tsx', ...YOUNG_HEAP],
      // Where `tsx` is looked up, whatever the directory of this process.
      cwd: HERE,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    passLogs(child, logger);
    const kill = () => child.kill('SIGKILL');
    const limit = setTimeout(kill, START_LIMIT_MS);
    aborted.addEventListener('abort', kill);
    const ended = once(child, 'exit').then(() => undefined);
    child.send({ kind: 'start', options } satisfies ToChild, ignoreGone);
    const first = await Promise.race([once(child, 'message'), ended]);
    aborted.removeEventListener('abort', kill);
    clearTimeout(limit);
    const message = first?.[0] as FromChild | undefined;
    if (message?.kind === 'ready') return new MediaProcess(child, hangTimeoutSec, events);
    kill();
    if (message?.kind !== 'failed') throw new Error('the media process ended before it was ready');
    throw Object.assign(new Error(message.message), { code: message.code });
  }

  private constructor(child: ChildProcess, hangTimeoutSec: number, events: ProcessEvents) {
    this.#child = child;
    this.#events = events;
    child.on('message', (message: FromChild) => this.#hear(message));
    child.once('exit', (code, signal) => this.#exited(code, signal));
    const patience = Math.ceil((hangTimeoutSec * 1000) / CHECK_MS);
    this.#checker = setInterval(() => this.#check(patience), CHECK_MS);
    // Already gone between its message and now.
    if (child.exitCode !== null || child.signalCode !== null) {
      setImmediate(() => this.#exited(child.exitCode, child.signalCode));
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Rejects with ProcessLost when the process ends before it answers. */
  request(command: NgCommand): Promise<Answer> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ kind: 'command', id, command });
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    this.#send({ kind: 'close' });
    const limit = setTimeout(() => child.kill('SIGKILL'), CLOSE_LIMIT_MS);
    await ended;
    clearTimeout(limit);
  }

  #send(message: ToChild): void {
    this.#child.send(message, ignoreGone);
  }

  #hear(message: FromChild): void {
    this.#checksWithoutWord = 0;
    switch (message.kind) {
      case 'reply':
        this.#waiting.get(message.id)?.resolve(message);
        this.#waiting.delete(message.id);
        break;
      case 'ended':
        this.#events.ended(message.callId);
        break;
      case 'beat':
        this.loopDelay = message.loopDelay;
        break;
      case 'ready':
      case 'failed':
        break;
      default:
        message satisfies never;
    }
  }

  /** Counts checks and not time: when this process itself stood still, nothing is the child's fault. */
  #check(patience: number): void {
    this.#checksWithoutWord += 1;
    if (this.#checksWithoutWord <= patience) return;
    this.#hung = true;
    this.#child.kill('SIGKILL');
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    clearInterval(this.#checker);
    for (const { reject } of this.#waiting.values()) reject(new ProcessLost('The media process ended'));
    this.#waiting.clear();
    if (!this.#closing) this.#events.died({ code, signal, hung: this.#hung });
  }
}

// A child that is gone has its own event; a message to it is no second fault.
function ignoreGone(): void {
  return;
}
