/** Plays the other side of the call in the page's one audio element. */
export class RemoteAudio {
  #element: HTMLAudioElement | null = null;
  #stream: MediaStream | null = null;
  readonly #blocked: (blocked: boolean) => void;

  constructor(blocked: (blocked: boolean) => void) {
    this.#blocked = blocked;
  }

  attach(element: HTMLAudioElement | null): void {
    this.#element = element;
    if (element && this.#stream) this.hear(this.#stream);
  }

  hear(stream: MediaStream): void {
    this.#stream = stream;
    if (!this.#element) return;
    this.#element.srcObject = stream;
    void this.play();
  }

  /** Tells whether the browser wants a click first; any other failure is reported as it is. */
  async play(): Promise<void> {
    try {
      await this.#element?.play();
      this.#blocked(false);
    } catch (error) {
      const name = error instanceof DOMException ? error.name : '';
      if (name === 'NotAllowedError') this.#blocked(true);
      // A stream that was replaced while it started is not a failure.
      else if (name !== 'AbortError') console.error('The sound of the call cannot be played.', error);
    }
  }

  silence(): void {
    this.#stream = null;
    if (this.#element) this.#element.srcObject = null;
  }
}
