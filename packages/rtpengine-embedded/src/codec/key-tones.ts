import { dtmfTone } from '@ringback/audio';
import { digitOfEvent } from '@ringback/rtp';
import { SAMPLE_RATE } from './sound-codec.ts';
import type { KeyReport, SoundSink } from './sound-sink.ts';

/** Each tone is 3 dB under the volume of both, and no louder than a phone sends them. */
const LOUDEST_DBM0 = -6;
/** A key of which no report came for this long is over, though its end was lost. */
const LONGEST_SILENCE = 0.1 * SAMPLE_RATE;
/** One report may say at most this much that is new: a bound for what the network can ask for. */
const MOST_AT_ONCE = SAMPLE_RATE;

/** Keys go on as the tones of ITU-T Q.23, in place of the sound, for a receiver who knows no telephone-event. */
export class KeyTones implements SoundSink {
  readonly #to: SoundSink;
  #pressed: { at: number; made: number; ended: boolean } | undefined;

  constructor(to: SoundSink) {
    this.#to = to;
  }

  sound(position: number, samples: Int16Array): void {
    const pressed = this.#pressed;
    const until = pressed && pressed.at + pressed.made;
    if (until === undefined || pressed?.ended || position > until + LONGEST_SILENCE) {
      this.#to.sound(position, samples);
    }
  }

  key(report: KeyReport): void {
    const digit = digitOfEvent(report.event);
    if (digit === undefined) return;
    if (this.#pressed?.at !== report.position) this.#pressed = { at: report.position, made: 0, ended: false };
    const { at, made } = this.#pressed;
    const count = Math.min(report.durationSamples - made, MOST_AT_ONCE);
    if (count > 0) {
      const levelDbm0 = Math.min(LOUDEST_DBM0, -report.volume - 3);
      const durationMs = (count * 1000) / SAMPLE_RATE;
      this.#to.sound(at + made, dtmfTone(digit, { durationMs, startSample: made, levelDbm0 }));
      this.#pressed.made += count;
    }
    this.#pressed.ended ||= report.end;
  }
}
