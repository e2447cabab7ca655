import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { SpeechError } from '../speech-error.ts';
import { Watchdog } from '../watchdog.ts';

export type SoundFormat = { container: 'mp3' } | { container: 's16le'; sampleRate: number };

/** ffmpeg buffers a sentence at most; a child that gives nothing for this long after its input is stuck. */
const STUCK_MS = 5000;
const STDERR_TAIL = 500;

/** How a child ended that did not end well. */
type Ending = { code: number } | { reason: string };

/** One ffmpeg child that makes 8 kHz mono mu-law of a sound, as it arrives. */
export class Transcoder {
  readonly #child: ChildProcessWithoutNullStreams;
  /** How it ended, when all that it wrote has been read. */
  readonly #ended: Promise<Ending | null>;
  readonly #reaped: Promise<void>;
  readonly #stuckMs: number;
  #stderr = '';

  /** Starts the child at once, so that it is ready when the sound comes. */
  constructor(ffmpegPath: string, format: SoundFormat, stuckMs: number = STUCK_MS) {
    this.#stuckMs = stuckMs;
    this.#child = spawn(ffmpegPath, ffmpegArguments(format), { stdio: 'pipe', windowsHide: true });
    this.#child.stderr.on('data', (text: Buffer) => {
      this.#stderr = (this.#stderr + text.toString('latin1')).slice(-STDERR_TAIL);
    });
    // A child that dies breaks the pipe; how it ended is what #ended tells.
    this.#child.stdin.on('error', () => undefined);
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve({ reason: error.message }));
      this.#child.once('close', (code, signal) => {
        if (code === null) resolve({ reason: signal ?? 'unknown' });
        else resolve(code === 0 ? null : { code });
      });
    });
    this.#reaped = new Promise((resolve) => {
      this.#child.once('error', () => resolve());
      this.#child.once('exit', () => resolve());
    });
  }

  /** Undefined when the child could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /**
   * Sound in, mu-law out. The child is gone when this returns or throws.
   * @throws SpeechError `bad-audio` when ffmpeg does not understand the sound, `transcoder-failed` when it was
   *   killed or hangs; and whatever the source throws.
   */
  async *run(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    let stuck = false;
    const watchdog = new Watchdog(this.#stuckMs, () => {
      stuck = true;
      this.#child.kill('SIGKILL');
    });
    // A source that fails ends the child's input, so that what came before is still heard; then its failure is told.
    let broken: { error: unknown } | undefined;
    this.#feed(source, watchdog).catch((error: unknown) => {
      broken = { error };
      watchdog.feed();
      this.#child.stdin.end();
    });
    try {
      for await (const piece of this.#child.stdout) {
        watchdog.feed();
        yield piece as Uint8Array;
      }
      const ending = await this.#ended;
      if (broken) throw broken.error;
      if (stuck) throw this.#failure('transcoder-failed', 'ffmpeg hangs and was stopped');
      if (ending !== null) throw this.#failureOf(ending);
    } finally {
      watchdog.stop();
      await this.stop();
    }
  }

  /** Ends the child, however far it is, and waits until the system has taken it away. */
  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#reaped;
  }

  async #feed(source: AsyncIterable<Uint8Array>, watchdog: Watchdog): Promise<void> {
    const { stdin } = this.#child;
    for await (const piece of source) {
      watchdog.feed();
      if (stdin.destroyed) return;
      if (!stdin.write(piece)) await room(stdin);
    }
    stdin.end();
  }

  #failureOf(ending: Ending): SpeechError {
    if ('code' in ending)
      return this.#failure('bad-audio', `ffmpeg cannot decode the sound: exit code ${ending.code}`);
    return this.#failure('transcoder-failed', `ffmpeg ended: ${ending.reason}`);
  }

  #failure(code: 'bad-audio' | 'transcoder-failed', sentence: string): SpeechError {
    const tail = this.#stderr.trim().replace(/\s+/g, ' ');
    return new SpeechError(code, tail === '' ? `${sentence}.` : `${sentence}. It said: ${tail}`);
  }
}

/** Waits until a pipe takes more, or is gone. */
function room(pipe: Writable): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      pipe.off('drain', go).off('close', go);
      resolve();
    };
    pipe.once('drain', go).once('close', go);
  });
}

/** Without the probe and flush flags ffmpeg gives no byte of a stream before the stream's end. */
function ffmpegArguments(format: SoundFormat): string[] {
  const input =
    format.container === 'mp3'
      ? ['-probesize', '32', '-analyzeduration', '0', '-fflags', 'nobuffer', '-f', 'mp3']
      : ['-f', 's16le', '-ar', String(format.sampleRate), '-ac', '1'];
  const output = ['-ac', '1', '-ar', '8000', '-f', 'mulaw', '-flush_packets', '1', 'pipe:1'];
  return ['-v', 'error', '-nostdin', ...input, '-i', 'pipe:0', ...output];
}
