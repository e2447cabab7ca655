import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MediaLook } from '../src/call/call-media.ts';
import { watchMedia } from '../src/call/media-watch.ts';
import type { Direction } from '../src/media/direction.ts';

const direction = (change: Partial<Direction> = {}): Direction => ({
  total: null,
  open: true,
  seconds: [],
  reported: { jitterMs: null, roundTripMs: null, mos: null },
  failure: null,
  ...change,
});
const known = (change: Partial<Direction> = {}): MediaLook => ({
  kind: 'known',
  caller: direction(),
  callee: direction(change),
});
const FAILED = { failure: 'ICE or DTLS failed' };

describe('the watch on a call’s media', () => {
  let looks = 0;
  let ends: unknown[][];
  let stop: () => void;
  beforeEach(() => {
    vi.useFakeTimers();
    looks = 0;
    ends = [];
  });
  afterEach(() => {
    stop();
    vi.useRealTimers();
  });

  /** `answer` of the look with that number, from 1. */
  function watch(answer: (look: number) => MediaLook, callCount = 1): void {
    stop = watchMedia({
      intervalMs: 1000,
      nowMs: () => Date.now(),
      callCount: () => callCount,
      look: async () => answer(++looks),
      tell: () => undefined,
      ended: (...end) => void ends.push(end),
    });
  }
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  it('ends a call whose path has failed for three seconds, and names the side', async () => {
    watch((look) => known(look >= 3 ? FAILED : {}));
    await pass(5900);
    expect(ends).toEqual([]);
    await pass(200);
    expect(ends).toEqual([
      ['media-path-failed', 'The media path to the called party failed: ICE or DTLS failed'],
    ]);
    await pass(60_000);
    expect([looks, ends.length]).toEqual([6, 1]);
  });

  it('lets a path be repaired', async () => {
    watch((look) => known(look === 2 || look === 3 || look === 5 ? FAILED : {}));
    await pass(10_000);
    expect(ends).toEqual([]);
  });

  it('tells a call that died of silence from one that was lost', async () => {
    watch((look) => (look < 8 ? known() : { kind: 'unknown' }));
    await pass(9000);
    expect(ends).toEqual([['media-timeout', undefined]]);
    ends = [];
    looks = 0;
    watch((look) => (look < 3 ? known() : { kind: 'unknown' }));
    await pass(9000);
    expect(ends).toEqual([['media-lost', undefined]]);
  });

  it('asks a media server that does not answer ever less often, and goes on when it is back', async () => {
    watch((look) => (look <= 5 ? { kind: 'no-answer' } : known()));
    await pass(3000);
    expect(looks).toBe(2);
    await pass(20_000);
    expect(looks).toBe(5);
    await pass(8000);
    expect(looks).toBe(6);
    await pass(3000);
    expect(looks).toBe(9);
    expect(ends).toEqual([]);
  });

  it('asks about each call less often when there are many, but every five seconds at least', async () => {
    watch(() => known(), 1000);
    await pass(1000);
    const first = looks;
    await pass(20_000);
    expect(looks - first).toBe(4);
  });

  it('says nothing any more once it is stopped, not even what was under way', async () => {
    watch(() => ({ kind: 'unknown' }));
    stop();
    await pass(5000);
    expect(ends).toEqual([]);
  });
});
