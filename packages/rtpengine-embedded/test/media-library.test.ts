import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesOfSamples, dominantFrequencyHz, tone, writeWav } from '@ringback/audio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MediaLibrary } from '../src/playback/media-library.ts';
import type { Sound } from '../src/playback/sound.ts';

const FFMPEG = spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' }).error === undefined;
let folder: string;
const library = new MediaLibrary('ffmpeg', '/');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringback-media-'));
});
afterAll(() => rm(folder, { recursive: true }));

function wavOf(frequencyHz: number, sampleRate = 8000): Uint8Array {
  const data = bytesOfSamples(tone({ frequencyHz, durationMs: 500, sampleRate }));
  return writeWav({ format: 'pcm16', sampleRate, channels: 1, data });
}

function frequencyOf(sound: Sound): number {
  const frames = Array.from({ length: sound.frameCount }, (_, i) => [...sound.frame(i)]);
  return dominantFrequencyHz(Int16Array.from(frames.flat()), 8000);
}

const inFolder = async (name: string, bytes: Uint8Array | string) => {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
};

describe('a media library', () => {
  it('reads a WAV file itself, once for everybody', async () => {
    const own = new MediaLibrary('/there/is/no/ffmpeg', folder);
    await inFolder('tone.wav', wavOf(440, 16_000));
    const path = 'tone.wav';
    const [one, other] = await Promise.all([own.fromFile(path), own.fromFile(path)]);
    expect(one).toBe(other);
    expect(await own.fromFile(path)).toBe(one);
    expect(one.durationMs).toBe(500);
    expect(frequencyOf(one)).toBeCloseTo(440, 0);
  });

  it('notices that a file has changed', async () => {
    const path = await inFolder('changing.wav', wavOf(440));
    await library.fromFile(path);
    await writeFile(path, wavOf(880));
    await utimes(path, 1, 1);
    expect(frequencyOf(await library.fromFile(path))).toBeCloseTo(880, 0);
  });

  it.skipIf(!FFMPEG)('has ffmpeg decode what it does not read itself (skipped without ffmpeg)', async () => {
    const source = await inFolder('source.wav', wavOf(700, 44_100));
    for (const [name, ...options] of [['tone.ogg'], ['tone.flac'], ['tone24.wav', '-c:a', 'pcm_s24le']]) {
      const path = join(folder, name!);
      execFileSync('ffmpeg', ['-loglevel', 'error', '-i', source, ...options, path]);
      const sound = await library.fromFile(path);
      expect(sound.durationMs).toBeCloseTo(500, -2);
      expect(frequencyOf(sound)).toBeCloseTo(700, 0);
    }
  });

  it('plays a file that comes with the command', async () => {
    expect(frequencyOf(await library.fromBlob(wavOf(600)))).toBeCloseTo(600, 0);
    await expect(library.fromBlob(new TextEncoder().encode('no sound at all'))).rejects.toThrow(
      /Invalid data/,
    );
  });

  it.each<[string, () => string | Promise<string>, RegExp]>([
    ['nothing', () => join(folder, 'absent.wav'), /there is no such file/],
    ['a directory', () => folder, /not a regular file/],
    ['a device', () => '/dev/zero', /not a regular file/],
    ['a name that is none', () => 'a\0b', /not one/],
    ['no name', () => '', /not one/],
    ['an empty file', () => inFolder('empty.wav', ''), /Invalid data|no sound/],
    ['text', () => inFolder('text.wav', 'RIFF____WAVE but not at all'), /Invalid data|no sound/],
    [
      'a WAV file without samples',
      () =>
        inFolder(
          'none.wav',
          writeWav({ format: 'pcm16', sampleRate: 8000, channels: 1, data: new Uint8Array(0) }),
        ),
      /no sound/,
    ],
  ])('refuses %s and says why', async (_, path, reason) => {
    await expect(library.fromFile(await path())).rejects.toThrow(reason);
  });

  it('does not wait at a named pipe', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    await expect(library.fromFile(path)).rejects.toThrow(/not a regular file/);
  });

  it.skipIf(!FFMPEG)('lets a playlist open nothing else (skipped without ffmpeg)', async () => {
    const secret = await inFolder('secret.wav', wavOf(440));
    const lists = [
      ['list.m3u8', `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:1,\nfile://${secret}\n#EXT-X-ENDLIST\n`],
      ['list.ffconcat', `ffconcat version 1.0\nfile '${secret}'\n`],
    ] as const;
    for (const [name, text] of lists) {
      await expect(library.fromFile(await inFolder(name, text))).rejects.toThrow();
    }
  });

  it('says so when there is no ffmpeg', async () => {
    const path = await inFolder('text.mp3', 'no sound');
    await expect(new MediaLibrary('/there/is/no/ffmpeg', folder).fromFile(path)).rejects.toThrow(
      /ffmpeg does not start/,
    );
  });

  it('follows a link to a file', async () => {
    const path = join(folder, 'link.wav');
    await symlink(await inFolder('linked.wav', wavOf(500)), path);
    expect(frequencyOf(await library.fromFile(path))).toBeCloseTo(500, 0);
  });
});
