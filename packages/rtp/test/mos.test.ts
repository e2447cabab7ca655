import { describe, expect, it } from 'vitest';
import { impairmentOf, mos, mosOfRating, ratingR } from '../src/index.ts';

describe('E-model', () => {
  it('gives 93.2 and 4.41 for a perfect path', () => {
    expect(ratingR({ delayMs: 0, lossPercent: 0 })).toBeCloseTo(93.2, 6);
    expect(mos({ delayMs: 0, lossPercent: 0 })).toBeCloseTo(4.41, 2);
  });

  it('follows G.107: R 80 is 4.02, R 50 is 2.58, the ends are 1 and 4.5', () => {
    expect(mosOfRating(80)).toBeCloseTo(4.024, 3);
    expect(mosOfRating(50)).toBeCloseTo(2.575, 3);
    expect([mosOfRating(-5), mosOfRating(0), mosOfRating(100)]).toEqual([1, 1, 4.5]);
  });

  it('falls with delay, faster beyond 177.3 ms, and with loss', () => {
    expect(ratingR({ delayMs: 100, lossPercent: 0 })).toBeCloseTo(93.2 - 2.4, 6);
    expect(ratingR({ delayMs: 277.3, lossPercent: 0 })).toBeCloseTo(93.2 - 0.024 * 277.3 - 11, 6);
    expect(ratingR({ delayMs: 0, lossPercent: 5 })).toBeCloseTo(93.2 - (95 * 5) / 30.1, 6);
    expect(mos({ delayMs: 0, lossPercent: 100 })).toBeLessThan(1.5);
  });

  it('judges loss by the codec: Opus is hit a little harder than G.711, and both begin at the same score', () => {
    const [opus, pcma] = [impairmentOf('opus'), impairmentOf('PCMA')];
    expect(mos({ delayMs: 20, lossPercent: 0 }, opus)).toBe(mos({ delayMs: 20, lossPercent: 0 }, pcma));
    expect(ratingR({ delayMs: 0, lossPercent: 5 }, opus)).toBeCloseTo(93.2 - (95 * 5) / 25, 6);
    expect(ratingR({ delayMs: 0, lossPercent: 5 }, pcma)).toBeCloseTo(93.2 - (95 * 5) / 30.1, 6);
  });

  it('never leaves 1..4.5, even near R = 0 where the polynomial dips', () => {
    for (let rating = -10; rating <= 110; rating += 0.5) {
      expect(mosOfRating(rating)).toBeGreaterThanOrEqual(1);
      expect(mosOfRating(rating)).toBeLessThanOrEqual(4.5);
    }
  });
});
