import { readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SpeechCache } from '../src/speech-cache.ts';
import { temporaryFolder } from './listening.ts';

const id = (n: number) => n.toString(16).padStart(40, '0');
const sound = (n: number) => new Uint8Array(8000).fill(n);

describe('the speech cache', () => {
  it('keeps sound of even and odd length', async () => {
    const cache = await SpeechCache.open(temporaryFolder(), 1e6);
    await cache.write(id(1), Uint8Array.of(1, 2, 3));
    expect([...((await cache.read(id(1))) ?? [])]).toEqual([1, 2, 3]);
    expect(await cache.read(id(2))).toBeUndefined();
  });

  it('forgets what was longest unused when it is full', async () => {
    const folder = temporaryFolder();
    const cache = await SpeechCache.open(folder, 25_000);
    for (const n of [1, 2, 3]) {
      await cache.write(id(n), sound(n));
      utimesSync(cache.path(id(n)), n, n);
    }
    await cache.read(id(1));
    await cache.write(id(4), sound(4));
    const kept = await Promise.all([1, 2, 3, 4].map(async (n) => (await cache.read(id(n))) !== undefined));
    expect(kept).toEqual([true, false, true, true]);
  });

  it('does not play a damaged file, and makes room for a good one', async () => {
    const folder = temporaryFolder();
    const cache = await SpeechCache.open(folder, 1e6);
    await cache.write(id(1), sound(1));
    const whole = readFileSync(cache.path(id(1))).length;
    for (const length of [0, 4, 57, 58, whole - 2]) {
      await cache.write(id(1), sound(1));
      truncateSync(cache.path(id(1)), length);
      expect(await cache.read(id(1)), `${length} bytes`).toBeUndefined();
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('clears away what a process left behind that died while it wrote', async () => {
    const folder = temporaryFolder();
    for (const name of ['old.tmp', 'new.tmp']) writeFileSync(join(folder, name), 'half');
    utimesSync(join(folder, 'old.tmp'), 1, 1);
    await SpeechCache.open(folder, 1e6);
    expect(readdirSync(folder)).toEqual(['new.tmp']);
  });

  it('looks nowhere but in its folder', async () => {
    const folder = temporaryFolder();
    const cache = await SpeechCache.open(join(folder, 'speech'), 1e6);
    writeFileSync(join(folder, 'secret.wav'), 'x');
    for (const bad of ['../secret', `../${id(1)}`, '', id(1).toUpperCase().replace('0', 'G')])
      expect(await cache.read(bad)).toBeUndefined();
  });
});
