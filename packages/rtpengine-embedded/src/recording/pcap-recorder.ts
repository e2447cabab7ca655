import { CaptureWriter, type Datagram, pcap } from '@ringback/pcap';
import type { RecordingFile } from './recording-file.ts';

/** More is no call any more, but a disk that fills. */
const MAX_BYTES = 2 ** 32;

/** The packets of a call in the clear as a capture. They are collected and written some at a time, whole records always. */
export class PcapRecorder {
  readonly #file: RecordingFile;
  readonly #writer = new CaptureWriter(pcap('nanoseconds'), MAX_BYTES);
  #pieces: Uint8Array[];
  #position = 0;

  constructor(file: RecordingFile) {
    this.#file = file;
    this.#pieces = [this.#writer.header];
    this.flush();
  }

  hear(datagram: Datagram): void {
    const record = this.#writer.record(datagram);
    if (record) this.#pieces.push(record);
  }

  flush(): void {
    if (this.#pieces.length === 0) return;
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    if (this.#file.write(bytes, this.#position)) this.#position += bytes.length;
  }

  finish(): Promise<void> {
    this.flush();
    return this.#file.close();
  }
}
