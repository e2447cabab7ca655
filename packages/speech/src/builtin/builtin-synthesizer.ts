import type { SoundFormat } from '../ffmpeg/transcoder.ts';
import { abortedError, SpeechError } from '../speech-error.ts';
import type { SoundSource, SpeechJob, Synthesizer, VoicePage, VoiceQuery } from '../synthesizer.ts';
import { toSpeakableAscii, utterances } from './english.ts';
import { Flite } from './flite.ts';
import { BUILTIN_VOICE_ID, type FliteVoice, fliteVoices } from './voice-table.ts';

/** English voices that need no account and no network. */
export class BuiltinSynthesizer implements Synthesizer {
  readonly provider = 'builtin';
  readonly #flite = new Flite();

  start(): Promise<void> {
    return this.#flite.start();
  }

  async voices({ search }: VoiceQuery): Promise<VoicePage> {
    const words = (search ?? '').toLowerCase().split(/\s+/);
    const voices = fliteVoices
      .map(({ voice }) => voice)
      .filter(({ name, labels }) => {
        const described = [name, ...Object.values(labels)].join(' ').toLowerCase();
        return words.every((word) => described.includes(word));
      });
    return { voices: structuredClone(voices), nextCursor: null };
  }

  async defaultVoiceId(): Promise<string> {
    return BUILTIN_VOICE_ID;
  }

  job(text: string, voiceId: string): SpeechJob {
    const { gainDb } = voiceOf(voiceId);
    return {
      provider: 'builtin',
      voiceId,
      modelId: 'flite',
      settings: { gainDb },
      seed: null,
      outputFormat: 's16le',
      text,
    };
  }

  formatOf(job: SpeechJob): SoundFormat {
    return { container: 's16le', sampleRate: voiceOf(job.voiceId).sampleRate };
  }

  async open(job: SpeechJob, signal: AbortSignal, starting: () => void): Promise<SoundSource> {
    const text = toSpeakableAscii(job.text);
    if (text === '')
      throw new SpeechError(
        'unsupported-text',
        'The built-in voices speak English only. Set ELEVENLABS_API_KEY for other languages.',
      );
    starting();
    await this.#flite.start();
    return { sound: this.#speak(voiceOf(job.voiceId), text, signal) };
  }

  close(): Promise<void> {
    return this.#flite.close();
  }

  async *#speak(
    voice: FliteVoice,
    text: string,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, void, void> {
    for (const piece of utterances(text)) {
      if (signal.aborted) throw abortedError(signal.reason);
      yield await this.#flite.speak({ fliteName: voice.fliteName, gainDb: voice.gainDb, text: piece });
    }
  }
}

function voiceOf(voiceId: string): FliteVoice {
  const found = fliteVoices.find(({ voice }) => voice.id === voiceId);
  if (found) return found;
  const known = fliteVoices.map(({ voice }) => voice.id).join(', ');
  throw new SpeechError('voice-not-found', `There is no voice ${voiceId}. The built-in voices are ${known}.`);
}
