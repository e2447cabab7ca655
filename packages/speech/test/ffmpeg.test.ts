import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { correlate, decodeMulaw, dominantFrequencyHz, levelDb, tone } from '@ringback/audio';
import { describe, expect, it } from 'vitest';
import { Transcoder } from '../src/ffmpeg/transcoder.ts';
import { type FfmpegCandidate, findFfmpeg } from '../src/index.ts';
import { failureOf, ffmpegChildren, temporaryFolder } from './listening.ts';

const pcm16k = { container: 's16le', sampleRate: 16_000 } as const;

/** A program by the name of ffmpeg that does what the script says. */
function impostor(script: string): string {
  const path = join(temporaryFolder(), 'ffmpeg');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

async function* oneSecond(samples: Int16Array): AsyncGenerator<Uint8Array> {
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  for (let at = 0; at < bytes.length; at += 3001) yield bytes.subarray(at, at + 3001);
}

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) yield new Uint8Array(64_000);
}

async function heard(transcoder: Transcoder, source: AsyncIterable<Uint8Array>): Promise<Int16Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of transcoder.run(source)) pieces.push(piece);
  return decodeMulaw(Buffer.concat(pieces));
}

describe('findFfmpeg', () => {
  it('finds one that runs, in the order that is documented', async () => {
    const found = await findFfmpeg();
    expect(['ffmpeg-static', 'PATH', '@ffmpeg-installer/ffmpeg']).toContain(found.origin);
    expect(found.version).not.toBe('');
  });

  it('passes over what is missing or does not run', async () => {
    const good = impostor('echo "ffmpeg version 99-test Copyright"');
    const candidates = (): FfmpegCandidate[] => [
      { origin: 'ffmpeg-static', path: null },
      { origin: 'PATH', path: impostor('exit 3') },
      { origin: '@ffmpeg-installer/ffmpeg', path: good },
    ];
    expect(await findFfmpeg(undefined, candidates)).toEqual({
      origin: '@ffmpeg-installer/ffmpeg',
      path: good,
      version: '99-test',
    });
  });

  it('takes the one that was set, and does not hide that it is wrong', async () => {
    const good = impostor('echo "ffmpeg version 7.1 Copyright"');
    expect(await findFfmpeg(good)).toMatchObject({ origin: 'FFMPEG_PATH', path: good });
    const error = await failureOf(findFfmpeg('/nowhere/ffmpeg'));
    expect(error).toMatchObject({ code: 'no-ffmpeg', message: expect.stringContaining('/nowhere/ffmpeg') });
    expect(await failureOf(findFfmpeg(impostor('echo I am a cat')))).toMatchObject({ code: 'no-ffmpeg' });
  });

  it('says all that it tried when there is none', async () => {
    const none = (): FfmpegCandidate[] => [
      { origin: 'ffmpeg-static', path: null },
      { origin: 'PATH', path: '/nowhere/ffmpeg' },
    ];
    const { message } = await failureOf(findFfmpeg(undefined, none));
    expect(message).toMatch(/FFMPEG_PATH.*ffmpeg-static: not installed.*PATH: \/nowhere/s);
  });
});

const everyFfmpeg = ['PATH', '@ffmpeg-installer/ffmpeg'] as const;

describe.each(everyFfmpeg)('the ffmpeg of %s', (origin) => {
  async function pathOf(): Promise<string> {
    if (origin === 'PATH') return 'ffmpeg';
    const installer = (await import('@ffmpeg-installer/ffmpeg')) as { default: { path: string } };
    return installer.default.path;
  }

  it('keeps a tone at its pitch and level', async () => {
    const sound = tone({ frequencyHz: 1004, durationMs: 1000, sampleRate: 16_000, levelDbm0: -10 });
    const out = await heard(new Transcoder(await pathOf(), pcm16k), oneSecond(sound));
    expect(out.length).toBeGreaterThan(7900);
    expect(dominantFrequencyHz(out, 8000)).toBeCloseTo(1004, 0);
    expect(Math.abs(levelDb(out) - levelDb(sound))).toBeLessThan(0.5);
  });

  it('takes out what a phone line cannot carry, rather than folding it down', async () => {
    const sound = tone({ frequencyHz: 5000, durationMs: 1000, sampleRate: 16_000, levelDbm0: -10 });
    const out = await heard(new Transcoder(await pathOf(), pcm16k), oneSecond(sound));
    expect(levelDb(out.slice(400, -400))).toBeLessThan(levelDb(sound) - 40);
  });

  it('does not change 8 kHz sound', async () => {
    const sound = tone({ frequencyHz: 437, durationMs: 1000 });
    const out = await heard(
      new Transcoder(await pathOf(), { container: 's16le', sampleRate: 8000 }),
      oneSecond(sound),
    );
    expect(correlate(sound, out)).toEqual({ lag: 0, score: expect.closeTo(1, 2) });
  });
});

describe('a child that does not do its work', () => {
  it('is reported when it is killed, and buried', async () => {
    const transcoder = new Transcoder('ffmpeg', pcm16k);
    const hearing = heard(transcoder, endless());
    process.kill(transcoder.pid!, 'SIGKILL');
    expect(await failureOf(hearing)).toMatchObject({
      code: 'transcoder-failed',
      message: expect.stringContaining('SIGKILL'),
    });
    expect(ffmpegChildren()).toEqual([]);
  });

  it('is ended when it is stopped, and buried', async () => {
    const transcoder = new Transcoder('ffmpeg', pcm16k, 200);
    process.kill(transcoder.pid!, 'SIGSTOP');
    expect(await failureOf(heard(transcoder, endless()))).toMatchObject({
      code: 'transcoder-failed',
      message: expect.stringContaining('hangs'),
    });
    expect(ffmpegChildren()).toEqual([]);
  });

  it('says what it said when it gives up', async () => {
    const transcoder = new Transcoder(impostor('echo "the sound is broken" >&2; exit 1'), pcm16k);
    expect(await failureOf(heard(transcoder, endless()))).toMatchObject({
      code: 'bad-audio',
      message: expect.stringContaining('the sound is broken'),
    });
  });

  it('is reported when it cannot be started', async () => {
    const transcoder = new Transcoder('/nowhere/ffmpeg', pcm16k);
    expect(await failureOf(heard(transcoder, endless()))).toMatchObject({
      code: 'transcoder-failed',
      message: expect.stringContaining('ENOENT'),
    });
    await transcoder.stop();
  });

  it('is ended when nobody listens any more', async () => {
    const transcoder = new Transcoder('ffmpeg', pcm16k);
    for await (const piece of transcoder.run(endless())) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(ffmpegChildren()).toEqual([]);
  });
});
