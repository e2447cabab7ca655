import type { SoundFormat } from './ffmpeg/transcoder.ts';

export type Provider = 'elevenlabs' | 'builtin';

export interface Voice {
  id: string;
  name: string;
  provider: Provider;
  language: string | null;
  labels: Record<string, string>;
  previewUrl: string | null;
}

export interface VoicePage {
  voices: Voice[];
  /** Give it back to get the next page; null on the last one. */
  nextCursor: string | null;
}

export interface VoiceQuery {
  /** Without it, the voices of all. */
  provider?: Provider | undefined;
  search?: string | undefined;
  cursor?: string | undefined;
}

/** Everything that changes the sound of an utterance: the cache key is made of exactly this. */
export interface SpeechJob {
  provider: Provider;
  voiceId: string;
  modelId: string;
  settings: Readonly<Record<string, number | boolean | string>>;
  seed: number | null;
  outputFormat: string;
  /** Normalised. */
  text: string;
}

/** A source that has accepted the job. Reading `sound` to its end, or aborting, gives its resources back. */
export interface SoundSource {
  sound: AsyncIterable<Uint8Array>;
  requestId?: string | undefined;
}

/** One way to turn a text into sound. */
export interface Synthesizer {
  readonly provider: Provider;
  voices(query: VoiceQuery): Promise<VoicePage>;
  defaultVoiceId(): Promise<string>;
  /** @throws SpeechError `voice-not-found`, when that can be known before asking. */
  job(text: string, voiceId: string, modelId: string | undefined): SpeechJob;
  /** What `sound` will hold, so that the transcoder can be started before the sound is there. */
  formatOf(job: SpeechJob): SoundFormat;
  /**
   * Resolves when the job is accepted and sound is certain to follow. `starting` is called when the job's
   * turn has come.
   * @throws SpeechError
   */
  open(job: SpeechJob, signal: AbortSignal, starting: () => void): Promise<SoundSource>;
  close(): Promise<void>;
}
