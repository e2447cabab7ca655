import { PAD_KEYS, type PadKey } from './dial-target.ts';
import { renderKey, renderTone, type ToneName } from './tones.ts';

/** The page's own sounds: call tones in a loop, and keys. */
export class Sounds {
  #context: AudioContext | null = null;
  #playing: { name: ToneName; source: AudioBufferSourceNode } | null = null;

  constructor() {
    // Browsers keep a page silent until it was touched; a ring that started before becomes audible then.
    const wake = () => void this.#context?.resume();
    for (const type of ['pointerdown', 'keydown']) window.addEventListener(type, wake, { passive: true });
  }

  /** Plays that tone from its start, or stops; the tone that plays already goes on undisturbed. */
  play(name: ToneName | null): void {
    if (this.#playing?.name === name) return;
    this.#playing?.source.stop();
    this.#playing = null;
    if (name === null) return;
    const context = this.#open();
    const source = this.#start(renderTone(name, context.sampleRate));
    source.loop = true;
    this.#playing = { name, source };
  }

  key(key: PadKey): void {
    this.#start(renderKey(PAD_KEYS.indexOf(key), this.#open().sampleRate));
  }

  /** A track of silence, for a call in which this page only listens: the media server still sees RTP from it. */
  silence(): MediaStream {
    return this.#open().createMediaStreamDestination().stream;
  }

  #start(samples: Float32Array<ArrayBuffer>): AudioBufferSourceNode {
    const context = this.#open();
    const buffer = context.createBuffer(1, samples.length, context.sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    source.start();
    return source;
  }

  #open(): AudioContext {
    this.#context ??= new AudioContext();
    if (this.#context.state === 'suspended') void this.#context.resume();
    return this.#context;
  }
}
