import { LevelMeter } from './level-meter.ts';

/**
 * The meters that are open, in an audio context of their own: Chromium keeps what measures a stream, and the stream with
 * it, for as long as its context runs. So the context goes with the last of them.
 */
export class LevelMeters {
  #context: AudioContext | null = null;
  #open = 0;

  /** Browsers keep a page without sound until it was touched. */
  wake(): void {
    void this.#context?.resume();
  }

  open(stream: MediaStream): LevelMeter {
    this.#context ??= new AudioContext();
    this.#open += 1;
    return new LevelMeter(this.#context, stream, () => this.#closed());
  }

  #closed(): void {
    this.#open -= 1;
    if (this.#open > 0) return;
    void this.#context?.close();
    this.#context = null;
  }
}
