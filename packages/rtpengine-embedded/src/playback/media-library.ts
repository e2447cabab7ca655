import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readWav, type Wav, WavError } from '@ringback/audio';
import { Refusal } from '../control/refusal.ts';
import { decodeByFfmpeg, type Encoded } from './ffmpeg.ts';
import { Sound } from './sound.ts';

const MAX_FILE_BYTES = 64 * 1024 * 1024;
const MAX_DURATION_MS = 30 * 60_000;
/** Sounds that are kept for the next call, least recently used first out. */
const MAX_KEPT_BYTES = 128 * 1024 * 1024;
/** Each is a process. */
const MAX_DECODERS = 4;
/** A file that says less or more is damaged, and its filter would be as long as it. */
const LOWEST_RATE = 1000;
const HIGHEST_RATE = 192_000;

/** The files that are played, each decoded once for all calls. */
export class MediaLibrary {
  readonly #ffmpegPath: string;
  readonly #workingDir: string;
  /** By path, time of change and size; the one used last stands last. */
  readonly #kept = new Map<string, Sound>();
  readonly #decoding = new Map<string, Promise<Sound>>();
  #keptBytes = 0;
  #decoders = 0;

  /** A name that is no full path is counted from `workingDir`. */
  constructor(ffmpegPath: string, workingDir: string) {
    this.#ffmpegPath = ffmpegPath;
    this.#workingDir = workingDir;
  }

  /** Throws Refusal for what is no readable regular file, is too large, or holds no sound that can be decoded. */
  async fromFile(name: string): Promise<Sound> {
    const path = name && resolve(this.#workingDir, name);
    const handle = await openToRead(path);
    try {
      const { size, mtimeMs } = await handle.stat();
      const key = `${path}\n${mtimeMs}\n${size}`;
      const kept = this.#kept.get(key);
      if (!kept) return await (this.#decoding.get(key) ?? this.#decodeOnce(key, handle, size));
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept;
    } finally {
      await handle.close();
    }
  }

  async fromBlob(bytes: Uint8Array): Promise<Sound> {
    const wav = ownWav(bytes);
    return wav ? limited(new Sound(wav)) : this.#decode({ bytes });
  }

  #decodeOnce(key: string, handle: FileHandle, size: number): Promise<Sound> {
    const decoding = this.#read(handle, size)
      .then((sound) => {
        this.#keptBytes += sound.size;
        this.#kept.set(key, sound);
        this.#forgetOldest();
        return sound;
      })
      .finally(() => this.#decoding.delete(key));
    this.#decoding.set(key, decoding);
    return decoding;
  }

  /** A WAV file of a kind that we read needs no other process. */
  async #read(handle: FileHandle, size: number): Promise<Sound> {
    const beginning = await readAt(handle, Math.min(size, RIFF_HEADER_BYTES));
    const wav = isWav(beginning) ? ownWav(await readAt(handle, size)) : undefined;
    return wav ? limited(new Sound(wav)) : this.#decode({ fd: handle.fd });
  }

  async #decode(encoded: Encoded): Promise<Sound> {
    if (this.#decoders >= MAX_DECODERS) throw new Refusal('too many media files are being decoded');
    this.#decoders++;
    try {
      return new Sound(await decodeByFfmpeg(this.#ffmpegPath, encoded, MAX_DURATION_MS));
    } finally {
      this.#decoders--;
    }
  }

  #forgetOldest(): void {
    for (const [key, sound] of this.#kept) {
      if (this.#keptBytes <= MAX_KEPT_BYTES) return;
      this.#kept.delete(key);
      this.#keptBytes -= sound.size;
    }
  }
}

async function readAt(handle: FileHandle, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  // A read at a position leaves the one that a child would read from where it is.
  const { bytesRead } = await handle.read(bytes, 0, length, 0);
  return bytes.subarray(0, bytesRead);
}

const RIFF_HEADER_BYTES = 12;

function isWav(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return text.startsWith('RIFF') && text.startsWith('WAVE', 8);
}

/** A WAV file of a kind that the rest can be played from; what it is otherwise is ffmpeg's to say. */
function ownWav(bytes: Uint8Array): Wav | undefined {
  try {
    const wav = readWav(bytes);
    return wav.channels > 0 && wav.sampleRate >= LOWEST_RATE && wav.sampleRate <= HIGHEST_RATE
      ? wav
      : undefined;
  } catch (error) {
    if (error instanceof WavError) return undefined;
    throw error;
  }
}

function limited(sound: Sound): Sound {
  if (sound.frameCount === 0) throw new Refusal('there is no sound in it');
  if (sound.durationMs > MAX_DURATION_MS)
    throw new Refusal(`it is longer than ${MAX_DURATION_MS / 60_000} minutes`);
  return sound;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a directory',
};

async function openToRead(path: string): Promise<FileHandle> {
  if (path === '' || path.includes('\0')) throw new Refusal('the name of the file is not one');
  let handle: FileHandle;
  try {
    // Without waiting for a writer, should it be a named pipe.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new Refusal(REASONS[code] ?? `it cannot be opened (${code})`);
  }
  const stat = await handle.stat();
  const fault = stat.isFile()
    ? stat.size > MAX_FILE_BYTES && `it is larger than ${MAX_FILE_BYTES / 1024 / 1024} MB`
    : 'it is not a regular file';
  if (!fault) return handle;
  await handle.close();
  throw new Refusal(fault);
}
