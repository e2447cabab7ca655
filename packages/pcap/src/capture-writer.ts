import type { CaptureFormat } from './capture-format.ts';
import { type Endpoint, udpFrame } from './udp-frame.ts';

/** What travelled by UDP, or is shown so: SIP that came over TCP, TLS or a WebSocket keeps its addresses and its text. */
export type Datagram = { from: Endpoint; to: Endpoint; payload: Uint8Array; timeMs: number };

/** A capture piece by piece: write `header` first, then what `record` gives. Never more than `maxBytes` altogether. */
export class CaptureWriter {
  readonly header: Uint8Array;
  readonly #format: CaptureFormat;
  readonly #maxBytes: number;
  #bytes: number;
  /** Packets that the limit kept out. */
  dropped = 0;

  constructor(format: CaptureFormat, maxBytes: number = Number.POSITIVE_INFINITY) {
    this.#format = format;
    this.#maxBytes = maxBytes;
    this.header = format.header;
    this.#bytes = this.header.length;
  }

  /** The bytes of one packet; `undefined` once the capture is full. Throws RangeError as `udpFrame` does. */
  record({ from, to, payload, timeMs }: Datagram): Uint8Array | undefined {
    const bytes = this.#format.record(udpFrame(from, to, payload), timeMs);
    if (this.#bytes + bytes.length > this.#maxBytes) {
      this.dropped++;
      return undefined;
    }
    this.#bytes += bytes.length;
    return bytes;
  }
}
