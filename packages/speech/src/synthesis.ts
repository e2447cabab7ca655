import { Transcoder } from './ffmpeg/transcoder.ts';
import { abortedError, SpeechError, speechErrorOf } from './speech-error.ts';
import type { SpeechJob, Synthesizer } from './synthesizer.ts';
import { Take } from './take.ts';

const BYTES_PER_MS = 8;

export function durationMsOf(bytes: number): number {
  return Math.round(bytes / BYTES_PER_MS);
}

/** What came of a text, once all of it is sound. */
export interface Spoken {
  durationMs: number;
  /** From the order to the first sound that could be played. */
  firstAudioMs: number;
}

export interface SynthesisParts {
  synthesizer: Synthesizer;
  ffmpegPath: string;
  /** Called with the whole sound, before `done` resolves. */
  keep(sound: Uint8Array): Promise<void>;
}

/** One synthesis under way, for as many listeners as ask for the same sound meanwhile. */
export class Synthesis {
  readonly take = new Take();
  /** Resolves when the source has accepted the job. Rejects with a SpeechError, as `done` does. */
  readonly accepted: Promise<void>;
  readonly done: Promise<Spoken>;
  readonly #calledOff = new AbortController();
  readonly #job: SpeechJob;
  readonly #parts: SynthesisParts;
  readonly #orderedMs = performance.now();
  #listeners = 0;

  constructor(job: SpeechJob, parts: SynthesisParts) {
    this.#job = job;
    this.#parts = parts;
    let accept: () => void = () => undefined;
    const accepting = new Promise<void>((resolve) => {
      accept = resolve;
    });
    this.done = this.#run(accept);
    this.accepted = Promise.race([accepting, this.done.then(() => undefined)]);
    // Every listener is told of a failure; this only says that it has been seen when there is none left.
    for (const promise of [this.done, this.accepted]) promise.catch(() => undefined);
  }

  /** Counts a listener until its signal aborts. When the last one has gone, the synthesis stops. */
  join(signal: AbortSignal | undefined): void {
    this.#listeners += 1;
    const leave = () => {
      this.#listeners -= 1;
      if (this.#listeners === 0) this.stop(signal?.reason);
    };
    signal?.addEventListener('abort', leave, { once: true });
    const forget = () => signal?.removeEventListener('abort', leave);
    this.done.then(forget, forget);
  }

  get stopped(): boolean {
    return this.#calledOff.signal.aborted;
  }

  stop(reason?: unknown): void {
    this.#calledOff.abort(reason);
  }

  async #run(accept: () => void): Promise<Spoken> {
    const { synthesizer, ffmpegPath, keep } = this.#parts;
    const { signal } = this.#calledOff;
    let transcoder: Transcoder | undefined;
    try {
      const start = () => {
        // Started while the source is still thinking: the child's start costs nothing then.
        if (transcoder) return transcoder;
        const started = new Transcoder(ffmpegPath, synthesizer.formatOf(this.#job));
        signal.addEventListener('abort', () => started.stop(), { once: true });
        transcoder = started;
        return started;
      };
      const { sound } = await synthesizer.open(this.#job, signal, start);
      accept();
      let firstAudioMs: number | undefined;
      for await (const piece of start().run(sound)) {
        if (signal.aborted) throw abortedError(signal.reason);
        firstAudioMs ??= performance.now() - this.#orderedMs;
        this.take.push(piece);
      }
      if (signal.aborted) throw abortedError(signal.reason);
      if (firstAudioMs === undefined || this.take.length === 0)
        throw new SpeechError('bad-audio', 'The voice made no sound for this text.');
      this.take.end();
      await keep(this.take.bytes());
      return { durationMs: durationMsOf(this.take.length), firstAudioMs: Math.round(firstAudioMs) };
    } catch (error) {
      const failure = signal.aborted ? abortedError(signal.reason) : speechErrorOf(error);
      this.take.fail(failure);
      throw failure;
    } finally {
      // Gives back what the source still holds, when it was not read to its end.
      this.#calledOff.abort();
      await transcoder?.stop();
    }
  }
}
