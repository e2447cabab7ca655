import { appendFile, type FileHandle, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from '@ringback/runtime';
import { StoreError } from './store-error.ts';

/** One write, as data: the name of a method and what it was called with. */
export interface SpooledWrite {
  readonly method: string;
  readonly args: readonly unknown[];
}

type Apply = (write: SpooledWrite) => Promise<unknown>;

const RETRY_MS = 1000;

/**
 * Writes that wait for the database, one JSON line each, on disk before they count as taken (fsync). They are applied
 * in order once it is back. A crash in between applies some of them again, so each has to be idempotent.
 */
export class Spool {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #apply: Apply;
  readonly #logger: Logger;
  #waiting: SpooledWrite[];
  /** Appends and the final truncation, one after the other. */
  #disk: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;
  #draining: Promise<void> | null = null;

  private constructor(path: string, file: FileHandle, waiting: SpooledWrite[], apply: Apply, logger: Logger) {
    this.#path = path;
    this.#file = file;
    this.#waiting = waiting;
    this.#apply = apply;
    this.#logger = logger;
  }

  /** Applies at once what an earlier run has left behind, as far as the database takes it. */
  static async open(path: string, apply: Apply, logger: Logger): Promise<Spool> {
    await mkdir(dirname(path), { recursive: true });
    const waiting = await readWrites(path, logger);
    const file = await open(path, 'a');
    const spool = new Spool(path, file, waiting, apply, logger);
    if (waiting.length > 0) await spool.#drain();
    return spool;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Resolves when the write is safe on disk. */
  async append(write: SpooledWrite): Promise<void> {
    if (this.isEmpty) this.#logger.error('the database is away; records wait on disk until it is back');
    this.#waiting.push(write);
    this.#timer ??= setTimeout(() => void this.#drain(), RETRY_MS);
    await this.#onDisk(async () => {
      await this.#file.appendFile(`${JSON.stringify(write)}\n`);
      await this.#file.datasync();
    });
  }

  /** What could not be applied stays for the next run. */
  async close(): Promise<void> {
    await this.#drain();
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#disk;
    await this.#file.close();
  }

  #drain(): Promise<void> {
    this.#draining ??= this.#applyAll().finally(() => {
      this.#draining = null;
    });
    return this.#draining;
  }

  async #applyAll(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    let applied = 0;
    for (let write = this.#waiting[0]; write; write = this.#waiting[0]) {
      if (!(await this.#applied(write))) {
        this.#timer = setTimeout(() => void this.#drain(), RETRY_MS);
        return;
      }
      this.#waiting.shift();
      applied += 1;
    }
    if (applied > 0)
      this.#logger.warn({ applied }, 'the database is back; the records that waited are written');
    // Nothing came meanwhile: what is appended from now on begins an empty file.
    await this.#onDisk(async () => {
      if (this.isEmpty) await this.#file.truncate();
    });
  }

  /** False while the database is away; what it objects to goes to a file beside, or nothing after it would ever be written. */
  async #applied(write: SpooledWrite): Promise<boolean> {
    try {
      await this.#apply(write);
      return true;
    } catch (error) {
      if (error instanceof StoreError && error.code === 'unavailable') return false;
      const refused = `${this.#path}.refused`;
      this.#logger.error(
        { err: error, method: write.method, refused },
        'the database refused a record that waited',
      );
      await appendFile(refused, `${JSON.stringify(write)}\n`);
      return true;
    }
  }

  #onDisk<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#disk.then(work);
    this.#disk = done.catch((error: unknown) =>
      this.#logger.error({ err: error, path: this.#path }, 'the spool cannot be written'),
    );
    return done;
  }
}

/** The last line may be half a write: it never counted as taken. The damaged file is kept beside the new one. */
async function readWrites(path: string, logger: Logger): Promise<SpooledWrite[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = text.split('\n').slice(0, -1);
  try {
    return lines.map((line) => JSON.parse(line) as SpooledWrite);
  } catch (error) {
    const damaged = `${path}.damaged`;
    await rename(path, damaged);
    logger.error({ err: error, path: damaged }, 'the records that waited on disk cannot be read');
    return [];
  }
}
