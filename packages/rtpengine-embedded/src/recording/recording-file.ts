import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Bytes that wait for a slow disk; half a minute of a recording. */
const MAX_QUEUED_BYTES = 1024 * 1024;

type Write = { bytes: Uint8Array; position: number };

/**
 * A file written behind the packet path: what is given waits its turn, at most so much of it, and nothing is ever waited for.
 * A disk that is full or too slow costs what does not fit, and the call goes on.
 */
export class RecordingFile {
  readonly path: string;
  /** Bytes that were not written. */
  droppedBytes = 0;
  readonly #failed: (error: Error) => void;
  readonly #queue: Write[] = [];
  #queuedBytes = 0;
  #handle: FileHandle | undefined;
  #broken = false;
  #writing: Promise<void>;

  /** `failed` is told once, of the first thing that goes wrong; after that nothing is written. */
  constructor(path: string, failed: (error: Error) => void) {
    this.path = path;
    this.#failed = failed;
    this.#writing = this.#attempt(async () => {
      await mkdir(dirname(path), { recursive: true });
      // Never an existing file, and never through a link.
      this.#handle = await open(path, 'wx', 0o640);
    }).then(() => this.#drain());
  }

  /** False when the bytes are left out. They are the file's own from now on. */
  write(bytes: Uint8Array, position: number): boolean {
    if (this.#broken || this.#queuedBytes + bytes.length > MAX_QUEUED_BYTES) {
      this.droppedBytes += bytes.length;
      return false;
    }
    const idle = this.#queue.length === 0;
    this.#queue.push({ bytes, position });
    this.#queuedBytes += bytes.length;
    if (idle && this.#handle) this.#writing = this.#drain();
    return true;
  }

  async #drain(): Promise<void> {
    for (let write = this.#queue[0]; write; write = this.#queue[0]) {
      const { bytes, position } = write;
      const handle = this.#handle;
      if (this.#broken || !handle) this.droppedBytes += bytes.length;
      else await this.#attempt(() => handle.write(bytes, 0, bytes.length, position));
      this.#queue.shift();
      this.#queuedBytes -= bytes.length;
    }
  }

  async #attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!this.#broken) this.#failed(error as Error);
      this.#broken = true;
    }
  }

  /** Resolves when all that waited is written and the file is closed. */
  async close(): Promise<void> {
    await this.#writing;
    const handle = this.#handle;
    this.#handle = undefined;
    if (handle) await this.#attempt(() => handle.close());
  }
}
