import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Logger, LogLevel } from '@ringback/runtime';
import type { RtpengineOptions, RunningRtpengine } from '../options.ts';
import type { FromChild, ToChild } from './child-message.ts';

export type SupervisedOptions = RtpengineOptions & {
  /** The child died and all its calls with it; it is being started again on the same NG port. */
  onCrash?: (crash: { code: number | null; signal: NodeJS.Signals | null }) => void;
};

export type SupervisedRtpengine = RunningRtpengine & {
  /** Process id of the child that runs now; `undefined` while it is being restarted. */
  readonly pid: number | undefined;
};

const ENTRY = new URL('./child.ts', import.meta.url);
const HERE = new URL('.', import.meta.url);
const FIRST_RESTART_MS = 50;
const LONGEST_RESTART_MS = 5000;
/** A child that lived this long is not part of a series of crashes. */
const SETTLED_MS = 10_000;
const CLOSE_LIMIT_MS = 3000;

/**
 * Runs the media server in a child process, since the native WebRTC library may end its process, and starts it again
 * when it dies. Rejects with `code: 'EADDRINUSE'` when the NG port is taken. The child ends by itself when this process
 * vanishes.
 */
export async function startSupervisedRtpengine(options: SupervisedOptions): Promise<SupervisedRtpengine> {
  const supervisor = new Supervisor(options);
  await supervisor.start(options.ngPort);
  return supervisor;
}

class Supervisor implements SupervisedRtpengine {
  ngPort = 0;
  readonly #options: SupervisedOptions;
  readonly #logger: Logger;
  #child: ChildProcess | undefined;
  #restart: NodeJS.Timeout | undefined;
  #delayMs = FIRST_RESTART_MS;
  #closing = false;

  constructor(options: SupervisedOptions) {
    this.#options = options;
    this.#logger = options.logger;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when the child serves; rejects with its reason, or when it ends before. */
  async start(ngPort: number): Promise<void> {
    const child = fork(ENTRY, {
      execArgv: ['--import', 'tsx'],
      // Where `tsx` is looked up, whatever the directory of this process.
      cwd: HERE,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    passLogs(child, this.#logger);
    const startedMs = performance.now();
    const ended = once(child, 'exit').then(() => undefined);
    this.#send({ kind: 'start', options: { ...childOptions(this.#options), ngPort } });
    const first = await Promise.race([once(child, 'message'), ended]);
    const message = first?.[0] as FromChild | undefined;
    if (message?.kind === 'ready') {
      this.ngPort = message.ngPort;
      child.on('exit', (code, signal) => this.#ended(code, signal, startedMs));
      // Already gone between its message and now.
      if (child.exitCode !== null || child.signalCode !== null) {
        this.#ended(child.exitCode, child.signalCode, startedMs);
      }
      return;
    }
    this.#child = undefined;
    child.kill('SIGKILL');
    if (!message) throw new Error('the media server ended before it was ready');
    throw Object.assign(new Error(message.message), { code: message.code });
  }

  #send(message: ToChild): void {
    // A child that is gone has its own event; a message to it is no second fault.
    if (this.#child?.connected) this.#child.send(message);
  }

  #ended(code: number | null, signal: NodeJS.Signals | null, startedMs: number): void {
    this.#child = undefined;
    if (this.#closing) return;
    this.#logger.error({ code, signal }, 'the media server died; its calls are lost; starting it again');
    if (performance.now() - startedMs > SETTLED_MS) this.#delayMs = FIRST_RESTART_MS;
    this.#options.onCrash?.({ code, signal });
    this.#scheduleRestart();
  }

  #scheduleRestart(): void {
    this.#restart = setTimeout(() => {
      this.start(this.ngPort).catch((error: unknown) => {
        if (this.#closing) return;
        this.#logger.error({ err: error }, 'the media server does not start');
        this.#scheduleRestart();
      });
    }, this.#delayMs);
    this.#delayMs = Math.min(this.#delayMs * 2, LONGEST_RESTART_MS);
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    this.#send({ kind: 'close' });
    const limit = setTimeout(() => child.kill('SIGKILL'), CLOSE_LIMIT_MS);
    await ended;
    clearTimeout(limit);
  }
}

function childOptions({ logger, onCrash: _, ...options }: SupervisedOptions) {
  return { ...options, logLevel: logger.level as LogLevel };
}

const LEVELS = new Map<number, 'debug' | 'info' | 'warn' | 'error' | 'fatal'>([
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
]);

/** The child's JSON lines become lines of our logger; anything else, as from the native library, is a warning. */
function passLogs(child: ChildProcess, logger: Logger): void {
  const { stdout, stderr } = child;
  if (stdout) createInterface({ input: stdout }).on('line', (line) => passLine(line, logger));
  if (stderr) createInterface({ input: stderr }).on('line', (line) => logger.warn(line));
}

function passLine(line: string, logger: Logger): void {
  try {
    const {
      level,
      msg,
      time: _time,
      pid: _pid,
      hostname: _hostname,
      name: _name,
      ...rest
    } = JSON.parse(line);
    logger[LEVELS.get(level) ?? 'info'](rest, msg);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    logger.warn(line);
  }
}
