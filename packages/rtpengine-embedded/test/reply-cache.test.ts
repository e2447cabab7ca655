import { describe, expect, it } from 'vitest';
import { ReplyCache } from '../src/control/reply-cache.ts';

describe('reply cache', () => {
  const counting = () => {
    let made = 0;
    return { make: async () => Uint8Array.of(++made), count: () => made };
  };

  it('does a command once, and gives the same reply while it runs and after', async () => {
    const cache = new ReplyCache();
    const { make, count } = counting();
    const replies = await Promise.all([cache.get('c', 0, make), cache.get('c', 5, make)]);
    replies.push(await cache.get('c', 10_000, make));
    expect(replies.map((reply) => reply[0])).toEqual([1, 1, 1]);
    expect(count()).toBe(1);
    await cache.get('d', 10_000, make);
    expect(count()).toBe(2);
  });

  it('forgets after half a minute, and is bounded', async () => {
    const cache = new ReplyCache();
    const { make, count } = counting();
    await cache.get('c', 0, make);
    await cache.get('c', 31_000, make);
    expect(count()).toBe(2);
    for (let i = 0; i < 5000; i++) await cache.get(`x${i}`, 31_000, make);
    await cache.get('c', 31_000, make);
    expect(count()).toBe(5003);
  });
});
