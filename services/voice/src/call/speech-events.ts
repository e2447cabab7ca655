import type { SpeechEvent } from '@ringback/contracts';
import type { Bus } from '@ringback/runtime';
import type { Speaker, SpeechFailure } from './spoken-text.ts';

/** Tells on the bus what becomes of one call's speech. */
export class SpeechEvents {
  readonly #bus: Bus;
  readonly #callId: string;

  constructor(bus: Bus, callId: string) {
    this.#bus = bus;
    this.#callId = callId;
  }

  started(speaker: Speaker): void {
    this.#publish('speech.started', speaker);
  }

  /** `firstAudioMs`: how long its text had been waiting for it. */
  firstAudio(speaker: Speaker, firstAudioMs: number): void {
    this.#publish('speech.first-audio', speaker, { firstAudioMs });
  }

  /** `durationMs`: how long it was spoken. */
  finished(speaker: Speaker, durationMs: number): void {
    this.#publish('speech.finished', speaker, { durationMs });
  }

  failed({ speaker, problem, code }: SpeechFailure): void {
    this.#publish('speech.failed', speaker, { problem, code });
  }

  #publish(
    type: SpeechEvent['type'],
    { provider, voiceId, cached }: Speaker,
    { durationMs = null, problem = null, ...more }: Partial<SpeechEvent> = {},
  ): void {
    this.#bus.publish('network.event', {
      type,
      time: new Date().toISOString(),
      callId: this.#callId,
      provider,
      voiceId,
      cached,
      durationMs,
      problem,
      ...more,
    });
  }
}
