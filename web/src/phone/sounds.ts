import { PAD_KEYS, type PadKey } from './dial-target.ts';
import type { LevelMeter } from './level-meter.ts';
import { LevelMeters } from './level-meters.ts';
import type { DeviceRole } from './phone-memory.ts';
import { SoundOutput } from './sound-output.ts';
import { renderKey, renderTone, type ToneName } from './tones.ts';

/** The page's own sounds: the ringer, call tones in a loop, and keys. */
export class Sounds {
  readonly #ringer = new SoundOutput();
  readonly #speaker = new SoundOutput();
  readonly #meters = new LevelMeters();
  #silence: MediaStream | null = null;
  #playing: { name: ToneName; source: AudioBufferSourceNode } | null = null;

  constructor() {
    // A ring that started before the page was touched becomes audible then.
    const wake = () => {
      this.#ringer.wake();
      this.#speaker.wake();
      this.#meters.wake();
    };
    for (const type of ['pointerdown', 'keydown']) window.addEventListener(type, wake, { passive: true });
  }

  use(devices: Readonly<Record<DeviceRole, string>>): void {
    this.#ringer.use(devices.ringer);
    this.#speaker.use(devices.speaker);
  }

  /** Plays that tone from its start, or stops; the tone that plays already goes on undisturbed. */
  play(name: ToneName | null): void {
    if (this.#playing?.name === name) return;
    this.#playing?.source.stop();
    this.#playing = null;
    if (name === null) return;
    const source = this.#outputOf(name).play((rate) => renderTone(name, rate), true);
    this.#playing = { name, source };
  }

  /** Once, for whoever chooses a device. */
  sample(name: ToneName): void {
    this.#outputOf(name).play((rate) => renderTone(name, rate));
  }

  key(key: PadKey): void {
    this.#speaker.play((rate) => renderKey(PAD_KEYS.indexOf(key), rate));
  }

  /** A track of silence, for a call in which this page only listens: the media server still sees RTP from it. */
  silence(): MediaStream {
    // One source for all: Chromium keeps each for as long as its context runs.
    this.#silence ??= silentStream(this.#speaker.context());
    return this.#silence.clone();
  }

  meter(stream: MediaStream): LevelMeter {
    return this.#meters.open(stream);
  }

  #outputOf(name: ToneName): SoundOutput {
    return name === 'ring' ? this.#ringer : this.#speaker;
  }
}

/** With nothing connected to it, a stream would have no sound at all, not even a silent one, and no RTP be sent. */
function silentStream(context: AudioContext): MediaStream {
  const destination = context.createMediaStreamDestination();
  const source = new ConstantSourceNode(context, { offset: 0 });
  source.connect(destination);
  source.start();
  return destination.stream;
}
