import type { Writable } from 'node:stream';

/**
 * Writes frames to an application. Those of one turn of the event loop leave together: a call makes a dozen of them,
 * and each write of its own would be a system call.
 */
export class FrameWriter {
  readonly #socket: Writable;
  #collecting = false;

  constructor(socket: Writable) {
    this.#socket = socket;
  }

  write(frame: Uint8Array): void {
    if (!this.#collecting) {
      this.#collecting = true;
      this.#socket.cork();
      setImmediate(() => this.flush());
    }
    this.#socket.write(frame);
  }

  /** Sends what was collected, for who does not want to wait for the end of the turn. */
  flush(): void {
    if (!this.#collecting) return;
    this.#collecting = false;
    this.#socket.uncork();
  }
}
