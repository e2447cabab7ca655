/** What a client says, as far as a server in front of one session has to tell it apart (protocol 3.0, 55.7). */
export type ClientFrame =
  | { kind: 'encryption-request' | 'cancel-request' | 'terminate' }
  | { kind: 'startup'; bytes: Buffer }
  /** `last`: the server is to answer now. `whole`: and nothing of what came before is left open. */
  | { kind: 'message'; bytes: Buffer; last: boolean; whole: boolean };

/** More than any statement of ours, and less than hurts. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;

const SSL_REQUEST = 80877103;
const GSS_REQUEST = 80877104;
const CANCEL_REQUEST = 80877102;

/** Cuts the client's bytes into frames. @throws Error on a length that cannot be. */
export class ClientFrameReader {
  #pending = Buffer.alloc(0);
  #started = false;

  push(chunk: Uint8Array): ClientFrame[] {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    const frames: ClientFrame[] = [];
    for (let frame = this.#next(); frame; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): ClientFrame | null {
    // Until the startup message, frames have no type byte.
    const lengthAt = this.#started ? 1 : 0;
    if (this.#pending.length < lengthAt + 4) return null;
    const length = lengthAt + this.#pending.readUInt32BE(lengthAt);
    if (length < lengthAt + 4 || length > MAX_FRAME_BYTES) throw new Error(`a frame of ${length} bytes`);
    if (this.#pending.length < length) return null;
    const bytes = this.#pending.subarray(0, length);
    this.#pending = this.#pending.subarray(length);
    return this.#started ? messageFrame(bytes) : this.#startupFrame(bytes);
  }

  #startupFrame(bytes: Buffer): ClientFrame {
    const code = bytes.length >= 8 ? bytes.readUInt32BE(4) : 0;
    if (code === SSL_REQUEST || code === GSS_REQUEST) return { kind: 'encryption-request' };
    if (code === CANCEL_REQUEST) return { kind: 'cancel-request' };
    this.#started = true;
    return { kind: 'startup', bytes };
  }
}

function messageFrame(bytes: Buffer): ClientFrame {
  switch (String.fromCharCode(bytes[0]!)) {
    case 'X':
      return { kind: 'terminate' };
    case 'Q': // Query
    case 'S': // Sync
    case 'F': // FunctionCall
      return { kind: 'message', bytes, last: true, whole: true };
    case 'H': // Flush: answers are wanted, though the Sync is still to come
      return { kind: 'message', bytes, last: true, whole: false };
    default:
      return { kind: 'message', bytes, last: false, whole: false };
  }
}
