import type { Writable } from 'node:stream';
import { fullBucket, takeToken } from '../guard/token-bucket.ts';

/** More writes than these are no better served: each wakes the application, whose frames then come one by one as well. */
const WRITES = { perSecond: 500, burst: 16 };
const LATER_MS = 2;

/**
 * Writes frames to an application. Those of one turn of the event loop leave together, and under load those of a few
 * turns: a call makes a dozen of them, and each write of its own would be a system call here and a wake-up there.
 */
export class FrameWriter {
  readonly #socket: Writable;
  readonly #flushed: () => void;
  // The time of sockets, not that of SIP, which tests may stop.
  readonly #bucket = fullBucket(WRITES, performance.now());
  #frames: Uint8Array[] = [];
  #collectedBytes = 0;

  constructor(socket: Writable, flushed: () => void) {
    this.#socket = socket;
    this.#flushed = flushed;
  }

  /** What the application has not taken yet. */
  get unsentBytes(): number {
    return this.#collectedBytes + this.#socket.writableLength;
  }

  write(frame: Uint8Array): void {
    this.#collectedBytes += frame.length;
    if (this.#frames.push(frame) > 1) return;
    if (takeToken(this.#bucket, WRITES, performance.now())) setImmediate(() => this.flush());
    else setTimeout(() => this.flush(), LATER_MS);
  }

  /** Sends what was collected, for who does not want to wait. */
  flush(): void {
    const frames = this.#frames;
    if (frames.length === 0 || !this.#socket.writable) return;
    this.#frames = [];
    this.#collectedBytes = 0;
    this.#socket.write(frames.length === 1 ? frames[0] : Buffer.concat(frames));
    this.#flushed();
  }
}
