import { describe, expect, it } from 'vitest';
import {
  correlate,
  decodeMulaw,
  dominantFrequencyHz,
  encodeMulaw,
  levelDb,
  SILENCE_DB,
  tone,
} from '../src/index.ts';

/** Noise that is the same each time, of varying loudness, as speech is. */
function babble(length: number, seed: number): Int16Array {
  let state = seed;
  return Int16Array.from({ length }, (_, i) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state / 2 ** 31) * 10_000 * Math.abs(Math.sin(i / 900));
  });
}

function late(samples: Int16Array, by: number, tail = 0): Int16Array {
  const out = new Int16Array(by + samples.length + tail);
  out.set(samples, by);
  return out;
}

describe('correlate', () => {
  const spoken = babble(80_000, 7);

  it('finds a quieter mu-law copy and how late it is', () => {
    const heard = late(decodeMulaw(encodeMulaw(spoken.map((s) => s / 4))), 1234, 500);
    const found = correlate(spoken, heard);
    expect(found.lag).toBe(1234);
    expect(found.score).toBeGreaterThan(0.99);
  });

  it('finds a recording that began late and ended early', () => {
    const found = correlate(spoken, spoken.slice(10_000, 70_000));
    expect(found).toEqual({ lag: -10_000, score: expect.closeTo(1, 6) });
  });

  it('scores other sounds, silence and nothing low', () => {
    expect(correlate(spoken, babble(80_000, 99)).score).toBeLessThan(0.1);
    expect(correlate(spoken, new Int16Array(8000))).toEqual({ score: 0, lag: 0 });
    expect(correlate(spoken, new Int16Array(0))).toEqual({ score: 0, lag: 0 });
  });

  it('does not take an upside-down copy for a good one', () => {
    expect(
      correlate(
        spoken,
        spoken.map((s) => -s),
      ).score,
    ).toBeLessThan(0.1);
  });
});

describe('dominantFrequencyHz', () => {
  for (const frequencyHz of [50, 437.5, 1004, 3400])
    it(`hears ${frequencyHz} Hz under noise`, () => {
      const noise = babble(4000, 3);
      const samples = tone({ frequencyHz, durationMs: 500, amplitude: 8000 }).map(
        (s, i) => s + noise[i]! / 4,
      );
      expect(Math.abs(dominantFrequencyHz(samples, 8000) - frequencyHz)).toBeLessThan(1);
    });

  it('is 0 for silence, with or without an offset', () => {
    expect(dominantFrequencyHz(new Int16Array(800), 8000)).toBe(0);
    expect(dominantFrequencyHz(new Int16Array(800).fill(8), 8000)).toBe(0);
  });
});

describe('levelDb', () => {
  it('is 0 for a full square wave, -3.01 for a full sine, -127 for silence', () => {
    expect(levelDb(new Int16Array(8).fill(-32_768))).toBe(0);
    expect(levelDb(tone({ frequencyHz: 1000, durationMs: 100, amplitude: 32_767 }))).toBeCloseTo(-3.01, 2);
    expect(levelDb(new Int16Array(160))).toBe(SILENCE_DB);
    expect(levelDb([])).toBe(SILENCE_DB);
  });
});
