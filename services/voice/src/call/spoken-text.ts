import { frames } from '@ringback/audio';
import { PERIOD_MS } from '@ringback/runtime';
import {
  BUILTIN_VOICE_ID,
  type Provider,
  type Speech,
  type SpeechErrorCode,
  speechErrorOf,
} from '@ringback/speech';
import { FrameQueue, type FrameSource } from '../rtp/frame-source.ts';

/** The voice that speaks, or that was to speak. */
export interface Speaker {
  readonly provider: Provider;
  readonly voiceId: string | null;
  readonly cached: boolean;
}

export interface SpeechFailure {
  readonly speaker: Speaker;
  /** A sentence with the remedy. */
  readonly problem: string;
  readonly code: SpeechErrorCode;
  /** True when the text or the choice of voice is to blame, not the synthesizer. */
  readonly asked: boolean;
}

const BAD_ORDERS: ReadonlySet<SpeechErrorCode> = new Set([
  'empty-text',
  'text-too-long',
  'unsupported-text',
  'voice-not-found',
  'bad-request',
]);

/** Told as it happens. `failed` may be followed by another `started`, of the built-in voice. */
export interface SpeechListener {
  started(speaker: Speaker): void;
  /** The first sound is there to be sent, so long after the text was ordered. */
  firstAudio(speaker: Speaker, afterMs: number): void;
  failed(failure: SpeechFailure): void;
  /** Nothing was spoken and nothing will be. */
  nothingToSay(problem: string): void;
}

/**
 * A text turned into sound while it is played. When ElevenLabs fails before anything was heard, the built-in voice
 * speaks instead; later, what was made is played to its end.
 */
export class SpokenText implements FrameSource {
  readonly #speech: Speech;
  readonly #text: string;
  readonly #listener: SpeechListener;
  readonly #aborting = new AbortController();
  readonly #orderedMs = performance.now();
  #queue = new FrameQueue();
  #framesPlayed = 0;
  #speaker: Speaker;
  #failed = false;

  /** Synthesis begins at once. */
  constructor(speech: Speech, text: string, voiceId: string | null, listener: SpeechListener) {
    this.#speech = speech;
    this.#text = text;
    this.#listener = listener;
    this.#speaker = { provider: providerOf(voiceId, speech), voiceId, cached: false };
    void this.#run();
  }

  get speaker(): Speaker {
    return this.#speaker;
  }

  /** True when the last attempt to speak failed: what was played is not all of the text. */
  get failed(): boolean {
    return this.#failed;
  }

  get playedMs(): number {
    return this.#framesPlayed * PERIOD_MS;
  }

  get ended(): boolean {
    return this.#queue.ended;
  }

  take(): Uint8Array | undefined {
    const frame = this.#queue.take();
    if (frame) this.#framesPlayed += 1;
    return frame;
  }

  /** Makes no more sound. */
  stop(): void {
    this.#aborting.abort();
  }

  async #run(): Promise<void> {
    const first = await this.#attempt(this.#speaker);
    if (first === undefined) return;
    const fallback = this.#speaker.provider === 'elevenlabs' && this.#framesPlayed === 0;
    const problem = fallback
      ? await this.#attempt({ provider: 'builtin', voiceId: BUILTIN_VOICE_ID, cached: false })
      : first;
    if (problem === undefined) return;
    this.#queue.close();
    if (this.#framesPlayed === 0) this.#listener.nothingToSay(problem);
  }

  /** Undefined when it was spoken to the end, or called off; else what went wrong. */
  async #attempt(speaker: Speaker): Promise<string | undefined> {
    this.#speaker = speaker;
    this.#failed = false;
    this.#queue = new FrameQueue();
    try {
      await this.#synthesize(speaker);
      return undefined;
    } catch (error) {
      if (this.#aborting.signal.aborted) return undefined;
      const { code, message: problem } = speechErrorOf(error);
      this.#failed = true;
      this.#listener.failed({ speaker: this.#speaker, problem, code, asked: BAD_ORDERS.has(code) });
      return problem;
    }
  }

  async #synthesize({ voiceId }: Speaker): Promise<void> {
    const { signal } = this.#aborting;
    const request = { text: this.#text, ...(voiceId === null ? {} : { voiceId }) };
    const utterance = await this.#speech.say(request, { signal });
    this.#speaker = {
      provider: utterance.provider,
      voiceId: utterance.voiceId,
      cached: utterance.cached,
    };
    this.#listener.started(this.#speaker);
    let first = true;
    for await (const frame of frames(utterance.mulaw())) {
      if (signal.aborted) return;
      if (first) this.#listener.firstAudio(this.#speaker, Math.round(performance.now() - this.#orderedMs));
      first = false;
      this.#queue.put(frame);
    }
    this.#queue.close();
  }
}

function providerOf(voiceId: string | null, speech: Speech): Provider {
  return voiceId === BUILTIN_VOICE_ID ? 'builtin' : speech.provider;
}
