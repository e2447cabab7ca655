/**
 * Frames of the drachtio wire protocol: `<decimal byte length>#<payload>`, one after the other on a stream,
 * with nothing between them. The length counts bytes, not characters.
 */

/** Why a stream of frames cannot be read any further. The connection has to be closed. */
export type FrameErrorCode = 'not-a-length' | 'empty-frame' | 'frame-too-large';

export interface FrameError {
  code: FrameErrorCode;
  message: string;
}

export interface FrameBatch {
  /** Complete payloads, in order. They are copies and stay valid. */
  frames: Uint8Array[];
  /** Set once the stream is broken; what came before it in `frames` is still good. */
  error?: FrameError;
}

/** Larger than any SIP message accepted from the network (64 KB) plus its leader line. */
export const DEFAULT_MAX_FRAME_BYTES = 262_144;

const HASH = 0x23;
const ZERO = 0x30;
const NINE = 0x39;

/** Incremental reader. After an error it ignores everything pushed into it. */
export class FrameReader {
  readonly #maxFrameBytes: number;
  /** Bytes of the payload that is being read; undefined while the length prefix is being read. */
  #payload: Uint8Array | undefined;
  #filled = 0;
  #length = 0;
  #digits = 0;
  #error: FrameError | undefined;

  constructor(options: { maxFrameBytes?: number } = {}) {
    this.#maxFrameBytes = options.maxFrameBytes ?? DEFAULT_MAX_FRAME_BYTES;
  }

  push(chunk: Uint8Array): FrameBatch {
    const frames: Uint8Array[] = [];
    let position = 0;
    while (position < chunk.length && !this.#error) {
      position = this.#payload
        ? this.#readPayload(this.#payload, chunk, position, frames)
        : this.#readLength(chunk, position);
    }
    return this.#error ? { frames, error: this.#error } : { frames };
  }

  #readLength(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (byte === HASH && this.#digits > 0) {
        this.#startPayload();
        return at + 1;
      }
      if (byte < ZERO || byte > NINE)
        return this.#fail('not-a-length', 'a frame must begin with its length', at);
      this.#length = this.#length * 10 + (byte - ZERO);
      this.#digits += 1;
      // The second test stops an endless row of leading zeros.
      if (this.#length > this.#maxFrameBytes || this.#digits > 10) {
        return this.#fail('frame-too-large', `a frame may hold ${this.#maxFrameBytes} bytes`, at);
      }
    }
    return chunk.length;
  }

  #startPayload(): void {
    if (this.#length === 0) this.#fail('empty-frame', 'a frame must hold at least one byte', 0);
    // Not of Node's pool: a body that is kept would keep a whole slab of it.
    else this.#payload = Buffer.allocUnsafeSlow(this.#length);
    this.#filled = 0;
  }

  #readPayload(payload: Uint8Array, chunk: Uint8Array, from: number, frames: Uint8Array[]): number {
    const end = Math.min(chunk.length, from + payload.length - this.#filled);
    payload.set(chunk.subarray(from, end), this.#filled);
    this.#filled += end - from;
    if (this.#filled === payload.length) {
      frames.push(payload);
      this.#payload = undefined;
      this.#length = 0;
      this.#digits = 0;
    }
    return end;
  }

  #fail(code: FrameErrorCode, message: string, at: number): number {
    this.#error = { code, message };
    this.#payload = undefined;
    return at + 1;
  }
}

/** One frame: the length prefix, the leader line and, when there is one, CRLF and the SIP message. */
export function encodeFrame(leader: string, sip?: Uint8Array): Uint8Array {
  const head = sip ? `${leader}\r\n` : leader;
  const headBytes = Buffer.byteLength(head, 'utf8');
  const start = `${headBytes + (sip?.length ?? 0)}#${head}`;
  const startBytes = headBytes + start.length - head.length;
  const frame = Buffer.allocUnsafe(startBytes + (sip?.length ?? 0));
  frame.write(start, 0, 'utf8');
  if (sip) frame.set(sip, startBytes);
  return frame;
}
