import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@ringback/runtime';
import type { SoundFormat } from '../ffmpeg/transcoder.ts';
import { abortedError, SpeechError } from '../speech-error.ts';
import type { SoundSource, SpeechJob, Synthesizer, Voice, VoicePage, VoiceQuery } from '../synthesizer.ts';
import { type ElevenLabsAccount, ElevenLabsApi, Refused, type StreamAnswer } from './elevenlabs-client.ts';
import { isBusy, refusalError } from './refusal.ts';
import { soundStream } from './sound-stream.ts';
import { StreamSlots } from './stream-slots.ts';

const DEFAULT_MODEL = 'eleven_flash_v2_5';
/** Every plan has it; the formats nearer to the phone's are not on all. */
const OUTPUT_FORMAT = 'mp3_44100_128';
const PAGE_SIZE = 100;

/** How long each thing may take, in milliseconds. */
export interface ElevenLabsPatience {
  /** From a request's turn to the first byte of sound with a fast model, "busy" and trying again included. Others
   *  get three times as long. */
  firstByteMs: number;
  /** Between two pieces of sound. */
  gapMs: number;
  voicesMs: number;
}

/** Short enough that a call can still be served by the built-in voice within three seconds. */
export const defaultPatience: ElevenLabsPatience = {
  firstByteMs: 2200,
  gapMs: 3000,
  voicesMs: 10_000,
};

/** The voices of an ElevenLabs account, streamed over HTTP. */
export class ElevenLabsSynthesizer implements Synthesizer {
  readonly provider = 'elevenlabs';
  readonly #api: ElevenLabsApi;
  readonly #slots = new StreamSlots();
  readonly #patience: ElevenLabsPatience;
  readonly #logger: Logger;
  #defaultVoiceId: string | undefined;

  constructor(account: ElevenLabsAccount, patience: ElevenLabsPatience, logger: Logger) {
    this.#api = new ElevenLabsApi(account);
    this.#patience = patience;
    this.#logger = logger;
  }

  load(): Promise<void> {
    return this.#api.load();
  }

  async voices({ search, cursor }: VoiceQuery): Promise<VoicePage> {
    try {
      const page = await this.#api.voices(
        {
          pageSize: PAGE_SIZE,
          includeTotalCount: false,
          ...(search ? { search } : {}),
          ...(cursor ? { nextPageToken: cursor } : {}),
        },
        this.#patience.voicesMs,
      );
      return { voices: page.voices.map(voiceOf), nextCursor: (page.hasMore && page.nextPageToken) || null };
    } catch (error) {
      throw error instanceof Refused ? this.#told(error) : error;
    }
  }

  async defaultVoiceId(): Promise<string> {
    this.#defaultVoiceId ??= (await this.voices({})).voices[0]?.id;
    if (this.#defaultVoiceId === undefined)
      throw new SpeechError('voice-not-found', 'The ElevenLabs account has no voice. Add one to it.');
    return this.#defaultVoiceId;
  }

  job(text: string, voiceId: string, modelId: string = DEFAULT_MODEL): SpeechJob {
    return {
      provider: 'elevenlabs',
      voiceId,
      modelId,
      settings: {},
      seed: null,
      outputFormat: OUTPUT_FORMAT,
      text,
    };
  }

  formatOf(): SoundFormat {
    return { container: 'mp3' };
  }

  async open(job: SpeechJob, signal: AbortSignal, starting: () => void): Promise<SoundSource> {
    const release = await this.#slots.acquire(signal);
    signal.addEventListener('abort', release, { once: true });
    try {
      await this.#api.load();
      starting();
      const patienceMs = this.#patience.firstByteMs * (/flash|turbo/.test(job.modelId) ? 1 : 3);
      const deadlineMs = performance.now() + patienceMs;
      const { body, headers } = await this.#accepted(job, signal, deadlineMs);
      const requestId = headers.get('request-id') ?? undefined;
      const firstByteMs = Math.max(0, deadlineMs - performance.now());
      const sound = soundStream(body, { firstByteMs, gapMs: this.#patience.gapMs, signal, requestId });
      return { sound: releasing(sound, release), requestId };
    } catch (error) {
      release();
      throw error instanceof Refused ? this.#told(error) : error;
    }
  }

  async close(): Promise<void> {
    this.#defaultVoiceId = undefined;
  }

  /** Asks until the server is no longer busy, or patience ends. */
  async #accepted(job: SpeechJob, signal: AbortSignal, deadlineMs: number): Promise<StreamAnswer> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await this.#request(job, signal, deadlineMs);
        this.#observe(answer.headers);
        return answer;
      } catch (error) {
        if (!(error instanceof Refused && isBusy(error.refusal))) throw error;
        if (error.headers) this.#observe(error.headers);
        // Doubling from 150 to 600 ms, with jitter, so that all who were refused do not come back together.
        const pauseMs = Math.min(150 * 2 ** attempt, 600) * (0.5 + Math.random());
        if (performance.now() + pauseMs > deadlineMs) throw error;
        this.#logger.debug({ status: error.refusal.status, pauseMs }, 'ElevenLabs is busy, trying again');
        await delay(pauseMs, undefined, { signal }).catch((cause: unknown) => {
          throw abortedError(cause);
        });
      }
    }
  }

  async #request(job: SpeechJob, signal: AbortSignal, deadlineMs: number): Promise<StreamAnswer> {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), Math.max(0, deadlineMs - performance.now()));
    try {
      return await this.#api.stream(
        job.voiceId,
        { text: job.text, modelId: job.modelId, outputFormat: OUTPUT_FORMAT },
        AbortSignal.any([signal, patience.signal]),
      );
    } catch (error) {
      if (signal.aborted) throw abortedError(signal.reason);
      if (patience.signal.aborted) throw new SpeechError('timeout', 'ElevenLabs did not answer in time.');
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #observe(headers: Headers): void {
    const [current, maximum] = ['current-concurrent-requests', 'maximum-concurrent-requests'].map((name) =>
      Number.parseInt(headers.get(name) ?? '', 10),
    );
    if (current! >= 0 && maximum! > 0) this.#slots.observe(current!, maximum!);
  }

  #told({ refusal, headers }: Refused): SpeechError {
    const requestId = headers?.get('request-id') ?? undefined;
    this.#logger.warn({ refusal, requestId }, 'ElevenLabs refused');
    return refusalError(refusal, requestId);
  }
}

async function* releasing(sound: AsyncIterable<Uint8Array>, release: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* sound;
  } finally {
    release();
  }
}

type ApiVoice = Awaited<ReturnType<ElevenLabsApi['voices']>>['voices'][number];

function voiceOf(voice: ApiVoice): Voice {
  const labels = Object.entries({ ...voice.labels, ...(voice.category ? { category: voice.category } : {}) });
  return {
    id: voice.voiceId,
    name: voice.name ?? voice.voiceId,
    provider: 'elevenlabs',
    language: voice.verifiedLanguages?.[0]?.language ?? voice.labels?.language ?? null,
    labels: Object.fromEntries(labels.filter(([, value]) => typeof value === 'string')),
    previewUrl: voice.previewUrl ?? null,
  };
}
