import { join } from 'node:path';
import type { Logger } from '@ringback/runtime';
import { BuiltinSynthesizer } from './builtin/builtin-synthesizer.ts';
import { BUILTIN_PREFIX } from './builtin/voice-table.ts';
import type { ElevenLabsAccount } from './elevenlabs/elevenlabs-client.ts';
import {
  defaultPatience,
  type ElevenLabsPatience,
  ElevenLabsSynthesizer,
} from './elevenlabs/elevenlabs-synthesizer.ts';
import { findFfmpeg } from './ffmpeg/location.ts';
import { SpeechCache } from './speech-cache.ts';
import { abortedError } from './speech-error.ts';
import { durationMsOf, type Spoken, Synthesis } from './synthesis.ts';
import type { Provider, SpeechJob, Synthesizer, VoicePage, VoiceQuery } from './synthesizer.ts';
import { jobId, normaliseText } from './text.ts';

export interface SpeechRequest {
  text: string;
  /** Default: {@link Speech.defaultVoiceId}. */
  voiceId?: string | undefined;
  /** An ElevenLabs model; default `eleven_flash_v2_5`. The built-in voices have none to choose. */
  modelId?: string | undefined;
}

/** A text being spoken, or spoken before. */
export interface Utterance {
  /** Cache key, 40 hexadecimal digits. */
  id: string;
  provider: Provider;
  voiceId: string;
  /** True when nothing had to be synthesized. */
  cached: boolean;
  /** 8 kHz mono mu-law as it is made. Each reader starts at the beginning; a failure comes after the last sound. */
  mulaw(): AsyncIterable<Uint8Array>;
  /** Resolves when all of it is made and kept. Rejects with a SpeechError; need not be listened to. */
  done: Promise<Spoken>;
}

export interface Speech {
  readonly provider: Provider;
  /** One page: the voices of the account, page by page, the built-in ones on the last page. @throws SpeechError */
  voices(query: VoiceQuery): Promise<VoicePage>;
  /**
   * Resolves when the sound is on its way: the source has accepted the text, or it is in the cache. Texts that are
   * asked for several times at once are synthesized once; it goes on until all who asked have aborted.
   * @throws SpeechError
   */
  say(request: SpeechRequest, options?: { signal?: AbortSignal | undefined }): Promise<Utterance>;
  /** The finished utterance as a mu-law WAV file of 8 kHz, the very bytes that a phone hears; null if there is none. */
  wav(id: string): Promise<{ path: string; durationMs: number } | null>;
  /** @throws SpeechError when ElevenLabs does not tell */
  defaultVoiceId(): Promise<string>;
  /** Stops what is under way, with `aborted`. */
  close(): Promise<void>;
}

export interface SpeechOptions {
  dataDir: string;
  ffmpegPath?: string | undefined;
  /** Without it there are the built-in voices only. */
  elevenLabs?: ElevenLabsAccount | undefined;
  logger: Logger;
  /** Default 500 MB, about 17 hours of speech. */
  cacheBytes?: number;
  patience?: Partial<ElevenLabsPatience>;
}

const CACHE_BYTES = 500_000_000;

/** @throws SpeechError `no-ffmpeg` */
export async function createSpeech(options: SpeechOptions): Promise<Speech> {
  const { logger } = options;
  const ffmpeg = await findFfmpeg(options.ffmpegPath);
  logger.info({ ffmpeg }, 'ffmpeg found');
  const cache = await SpeechCache.open(join(options.dataDir, 'speech'), options.cacheBytes ?? CACHE_BYTES);
  const builtin = new BuiltinSynthesizer();
  const account = options.elevenLabs;
  const elevenLabs =
    account && new ElevenLabsSynthesizer(account, { ...defaultPatience, ...options.patience }, logger);
  // Its client is loaded now, because that holds up the thread for a second or more: no call may be up then.
  await elevenLabs?.load();
  // On a thread of its own; a caller who comes sooner waits for the same start, and is told if it fails.
  builtin.start().catch((error: unknown) => logger.error({ err: error }, 'the built-in voice cannot start'));
  return new SpeechService({ ffmpegPath: ffmpeg.path, cache, builtin, elevenLabs, logger });
}

interface Parts {
  ffmpegPath: string;
  cache: SpeechCache;
  builtin: BuiltinSynthesizer;
  elevenLabs: ElevenLabsSynthesizer | undefined;
  logger: Logger;
}

class SpeechService implements Speech {
  readonly provider: Provider;
  readonly #parts: Parts;
  readonly #underWay = new Map<string, Synthesis>();
  #closed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.provider = parts.elevenLabs ? 'elevenlabs' : 'builtin';
  }

  async voices(query: VoiceQuery): Promise<VoicePage> {
    const { builtin, elevenLabs } = this.#parts;
    if (query.provider === 'builtin') return builtin.voices(query);
    if (!elevenLabs) return query.provider ? { voices: [], nextCursor: null } : builtin.voices(query);
    const page = await elevenLabs.voices(query);
    if (page.nextCursor !== null || query.provider) return page;
    return { voices: [...page.voices, ...(await builtin.voices(query)).voices], nextCursor: null };
  }

  defaultVoiceId(): Promise<string> {
    return (this.#parts.elevenLabs ?? this.#parts.builtin).defaultVoiceId();
  }

  async say(
    request: SpeechRequest,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<Utterance> {
    const orderedMs = performance.now();
    const text = normaliseText(request.text);
    const voiceId = request.voiceId ?? (await this.defaultVoiceId());
    const synthesizer = this.#synthesizerOf(voiceId);
    const job = synthesizer.job(text, voiceId, request.modelId);
    const id = jobId(job);
    const kept = this.#underWay.has(id) ? undefined : await this.#parts.cache.read(id);
    if (signal?.aborted || this.#closed) throw abortedError(signal?.reason);
    if (kept) return keptUtterance(id, job, kept, performance.now() - orderedMs);
    const synthesis = this.#joined(id, job, synthesizer, signal);
    await untilAborted(synthesis.accepted, signal);
    return liveUtterance(id, job, synthesis, signal);
  }

  async wav(id: string): Promise<{ path: string; durationMs: number } | null> {
    const sound = await this.#parts.cache.read(id);
    return sound ? { path: this.#parts.cache.path(id), durationMs: durationMsOf(sound.length) } : null;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const underWay = [...this.#underWay.values()];
    for (const synthesis of underWay) synthesis.stop();
    await Promise.allSettled(underWay.map((synthesis) => synthesis.done));
    await this.#parts.elevenLabs?.close();
    await this.#parts.builtin.close();
  }

  #synthesizerOf(voiceId: string): Synthesizer {
    const { builtin, elevenLabs } = this.#parts;
    return elevenLabs && !voiceId.startsWith(BUILTIN_PREFIX) ? elevenLabs : builtin;
  }

  #joined(id: string, job: SpeechJob, synthesizer: Synthesizer, signal: AbortSignal | undefined): Synthesis {
    const running = this.#underWay.get(id);
    if (running && !running.stopped) {
      running.join(signal);
      return running;
    }
    const started = new Synthesis(job, {
      synthesizer,
      ffmpegPath: this.#parts.ffmpegPath,
      keep: (sound) => this.#keep(id, sound),
    });
    this.#underWay.set(id, started);
    const forget = () => {
      if (this.#underWay.get(id) === started) this.#underWay.delete(id);
    };
    started.done.then(forget, forget);
    started.join(signal);
    return started;
  }

  /** A full disk does not cost the call its voice. */
  async #keep(id: string, sound: Uint8Array): Promise<void> {
    try {
      await this.#parts.cache.write(id, sound);
    } catch (error) {
      this.#parts.logger.warn({ err: error, id }, 'speech cannot be kept in the cache');
    }
  }
}

function keptUtterance(id: string, job: SpeechJob, sound: Uint8Array, firstAudioMs: number): Utterance {
  return {
    id,
    provider: job.provider,
    voiceId: job.voiceId,
    cached: true,
    async *mulaw() {
      yield sound;
    },
    done: Promise.resolve({
      durationMs: durationMsOf(sound.length),
      firstAudioMs: Math.round(firstAudioMs),
    }),
  };
}

function liveUtterance(
  id: string,
  job: SpeechJob,
  synthesis: Synthesis,
  signal: AbortSignal | undefined,
): Utterance {
  const done = untilAborted(synthesis.done, signal);
  // Whoever reads the sound learns of a failure there.
  done.catch(() => undefined);
  return {
    id,
    provider: job.provider,
    voiceId: job.voiceId,
    cached: false,
    async *mulaw() {
      for await (const piece of synthesis.take.read()) {
        if (signal?.aborted) throw abortedError(signal.reason);
        yield piece;
      }
    },
    done,
  };
}

/** The same outcome, unless this listener leaves before. */
function untilAborted<T>(outcome: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return outcome;
  return new Promise((resolve, reject) => {
    const leave = () => reject(abortedError(signal.reason));
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    outcome.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
