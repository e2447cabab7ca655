import { describe, expect, it } from 'vitest';
import { ReplyCache } from '../src/control/reply-cache.ts';

const reply = (byte: number, length = 1) => Promise.resolve(new Uint8Array(length).fill(byte));

describe('reply cache', () => {
  it('gives the same reply while it is being made and after', async () => {
    const cache = new ReplyCache();
    let done = (_bytes: Uint8Array) => undefined as unknown;
    const made = cache.keep('c', new Promise<Uint8Array>((resolve) => (done = resolve)), 0);
    const again = cache.find('c', 5);
    done(Uint8Array.of(1));
    expect([await made, await again, await cache.find('c', 10_000)]).toEqual([
      Uint8Array.of(1),
      Uint8Array.of(1),
      Uint8Array.of(1),
    ]);
    expect(cache.find('d', 10_000)).toBeUndefined();
  });

  it('forgets after half a minute, and the oldest when there are many', async () => {
    const cache = new ReplyCache();
    await cache.keep('c', reply(1), 0);
    expect(cache.find('c', 31_000)).toBeUndefined();
    for (let i = 0; i < 5000; i++) {
      cache.find(`x${i}`, 31_000);
      await cache.keep(`x${i}`, reply(1), 31_000);
    }
    expect(cache.find('x0', 31_000)).toBeUndefined();
    expect(cache.find('x4999', 31_000)).toBeDefined();
  });

  it('keeps no more than 16 MB', async () => {
    const cache = new ReplyCache();
    for (let i = 0; i < 300; i++) {
      cache.find(`x${i}`, 0);
      await cache.keep(`x${i}`, reply(1, 65_536), 0);
    }
    expect(cache.find('x0', 0)).toBeUndefined();
    expect(cache.find('x299', 0)).toBeDefined();
  });
});
