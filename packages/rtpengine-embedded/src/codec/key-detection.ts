import { DtmfDetector } from '@ringback/audio';
import { eventOfDigit } from '@ringback/rtp';
import type { KeyReport, SoundSink } from './sound-sink.ts';

/** RFC 4733 2.5.1.4: the end is told three times, since a packet may be lost. */
const TIMES_ENDED = 3;

/** Keys that are heard as tones go on as keys, and the sound is left out as long as they last. */
export class KeyDetection implements SoundSink {
  readonly #to: SoundSink;
  readonly #detector = new DtmfDetector();
  /** Samples that the detector has had. */
  #heard = 0;
  #key: KeyReport | undefined;

  constructor(to: SoundSink) {
    this.#to = to;
  }

  sound(position: number, samples: Int16Array): void {
    const offset = position - this.#heard;
    this.#heard += samples.length;
    for (const change of this.#detector.receive(samples)) {
      if (change.kind === 'end') this.#end(offset + change.atSample);
      else this.#begin(change.digit, offset + change.atSample, change.levelDbm0);
    }
    if (this.#key) this.#report(this.#key, position + samples.length, false);
    else this.#to.sound(position, samples);
  }

  key(report: KeyReport): void {
    this.#to.key(report);
  }

  #begin(digit: string, position: number, levelDbm0: number): void {
    const volume = Math.max(0, Math.min(63, Math.round(-levelDbm0)));
    this.#key = { event: eventOfDigit(digit) ?? 0, position, durationSamples: 0, volume, end: false };
  }

  #end(position: number): void {
    const key = this.#key;
    this.#key = undefined;
    for (let time = 0; key && time < TIMES_ENDED; time++) this.#report(key, position, true);
  }

  #report(key: KeyReport, until: number, end: boolean): void {
    this.#to.key({ ...key, durationSamples: Math.max(0, until - key.position), end });
  }
}
