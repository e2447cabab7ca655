import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { readWav, wavHeader, writeWav } from '@ringback/audio';

const FORMAT = { format: 'mulaw', sampleRate: 8000, channels: 1 } as const;
const TEMPORARY = '.tmp';
/** A temporary file this old belongs to a process that died while it wrote. */
const STALE_MS = 60_000;

/**
 * Mu-law WAV files under their key, least recently used out first. Files appear by rename, so that several
 * processes may share a folder.
 */
export class SpeechCache {
  readonly #folder: string;
  readonly #maxBytes: number;

  private constructor(folder: string, maxBytes: number) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  static async open(folder: string, maxBytes: number): Promise<SpeechCache> {
    await mkdir(folder, { recursive: true });
    for (const file of await filesIn(folder))
      if (file.path.endsWith(TEMPORARY) && Date.now() - file.usedMs > STALE_MS)
        await rm(file.path, { force: true });
    return new SpeechCache(folder, maxBytes);
  }

  path(id: string): string {
    return join(this.#folder, `${id}.wav`);
  }

  /** The mu-law bytes, or undefined; a damaged file counts as none and is removed. */
  async read(id: string): Promise<Uint8Array | undefined> {
    if (!/^[0-9a-f]{40}$/.test(id)) return undefined;
    const path = this.path(id);
    const file = await readFile(path).catch(undefinedWhenMissing);
    if (!file) return undefined;
    const sound = intactSound(file);
    if (!sound) {
      await rm(path, { force: true });
      return undefined;
    }
    const now = new Date();
    await utimes(path, now, now).catch(undefinedWhenMissing);
    return sound;
  }

  async write(id: string, sound: Uint8Array): Promise<void> {
    const temporary = join(this.#folder, `${id}.${randomUUID()}${TEMPORARY}`);
    try {
      const file = await open(temporary, 'wx');
      try {
        await file.writeFile(writeWav({ ...FORMAT, data: sound }));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.path(id));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await this.#shrink();
  }

  async #shrink(): Promise<void> {
    const files = (await filesIn(this.#folder)).filter((file) => file.path.endsWith('.wav'));
    files.sort((a, b) => b.usedMs - a.usedMs);
    let bytes = 0;
    for (const [rank, file] of files.entries()) {
      bytes += file.bytes;
      // The newest is what was just asked for: it stays even when it alone is over the limit.
      if (rank > 0 && bytes > this.#maxBytes) await rm(file.path, { force: true });
    }
  }
}

function intactSound(file: Uint8Array): Uint8Array | undefined {
  const header = wavHeader(FORMAT, 0).length;
  if (file.length <= header) return undefined;
  const promised = new DataView(file.buffer, file.byteOffset).getUint32(header - 4, true);
  if (promised === 0 || file.length !== header + promised + (promised & 1)) return undefined;
  try {
    const wav = readWav(file);
    return wav.format === FORMAT.format && wav.sampleRate === FORMAT.sampleRate ? wav.data : undefined;
  } catch {
    return undefined;
  }
}

async function filesIn(folder: string): Promise<{ path: string; bytes: number; usedMs: number }[]> {
  const paths = (await readdir(folder)).map((name) => join(folder, name));
  // Another process may remove a file between the two calls.
  const found = await Promise.all(paths.map((path) => stat(path).catch(undefinedWhenMissing)));
  return paths.flatMap((path, i) => {
    const file = found[i];
    return file?.isFile() ? [{ path, bytes: file.size, usedMs: file.mtimeMs }] : [];
  });
}

function undefinedWhenMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
