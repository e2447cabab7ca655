import { routeTo } from './sound-output.ts';

/** Plays the other side of one call, the one that is talked to, in the page's one audio element. */
export class RemoteAudio {
  #element: HTMLAudioElement | null = null;
  readonly #streams = new Map<string, MediaStream>();
  #followed: string | null = null;
  #deviceId = '';
  readonly #blocked: (id: string, blocked: boolean) => void;

  constructor(blocked: (id: string, blocked: boolean) => void) {
    this.#blocked = blocked;
  }

  attach(element: HTMLAudioElement | null): void {
    this.#element = element;
    if (element && this.#deviceId !== '') void routeTo(element, this.#deviceId);
    this.#show();
  }

  use(deviceId: string): void {
    if (deviceId === this.#deviceId) return;
    this.#deviceId = deviceId;
    if (this.#element) void routeTo(this.#element, deviceId);
  }

  stream(id: string): MediaStream | null {
    return this.#streams.get(id) ?? null;
  }

  hear(id: string, stream: MediaStream): void {
    this.#streams.set(id, stream);
    if (id === this.#followed) this.#show(true);
  }

  forget(id: string): void {
    this.#streams.delete(id);
    if (id === this.#followed) this.#show();
  }

  /** From now on that call is heard, or none. */
  follow(id: string | null): void {
    this.#followed = id;
    this.#show();
  }

  /** `anew`: the same stream has a new track, after a hold. */
  #show(anew = false): void {
    const stream = this.#followed === null ? null : this.stream(this.#followed);
    if (!this.#element || (this.#element.srcObject === stream && !anew)) return;
    this.#element.srcObject = stream;
    if (stream) void this.play();
  }

  /** Tells whether the browser wants a click first; any other failure is reported as it is. */
  async play(): Promise<void> {
    const id = this.#followed;
    if (id === null) return;
    try {
      await this.#element?.play();
      this.#blocked(id, false);
    } catch (error) {
      const name = error instanceof DOMException ? error.name : '';
      if (name === 'NotAllowedError') this.#blocked(id, true);
      // A stream that was replaced while it started is not a failure.
      else if (name !== 'AbortError') console.error('The sound of the call cannot be played.', error);
    }
  }
}
