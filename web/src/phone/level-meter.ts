import { levelOf } from './level.ts';

/** How loud a stream is, for as long as somebody looks. */
export class LevelMeter {
  readonly #source: MediaStreamAudioSourceNode;
  readonly #analyser: AnalyserNode;
  readonly #samples: Float32Array<ArrayBuffer>;
  readonly #closed: () => void;

  constructor(context: AudioContext, stream: MediaStream, closed: () => void) {
    this.#closed = closed;
    this.#analyser = context.createAnalyser();
    this.#analyser.fftSize = 2048;
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#source = context.createMediaStreamSource(stream);
    this.#source.connect(this.#analyser);
  }

  /** 0 (silence) to 1 (full scale), of the last 40 ms. */
  read(): number {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return levelOf(this.#samples);
  }

  close(): void {
    this.#source.disconnect();
    this.#analyser.disconnect();
    this.#closed();
  }
}
