import { describe, expect, it } from 'vitest';
import { dominantFrequencyHz, levelDb, Resampler, tone } from '../src/index.ts';

const of = (samples: Int16Array) => (index: number) => samples[index] ?? 0;

describe('a resampler', () => {
  it.each([48_000, 44_100, 22_050, 16_000, 11_025, 8000, 6000])(
    'makes 8 kHz of %i Hz: tone and level stay',
    (rate) => {
      const sound = tone({ frequencyHz: 1000, durationMs: 1000, sampleRate: rate });
      const out = new Resampler(rate, 8000).read(of(sound), 800, 6400);
      expect(dominantFrequencyHz(out, 8000)).toBeCloseTo(1000, 0);
      expect(levelDb(out)).toBeCloseTo(levelDb(sound), 1);
    },
  );

  it('is exact where it can be: a tone made at the new rate', () => {
    const sound = tone({ frequencyHz: 700, durationMs: 500, sampleRate: 48_000 });
    const expected = tone({ frequencyHz: 700, durationMs: 500, sampleRate: 8000 });
    const out = new Resampler(48_000, 8000).read(of(sound), 0, 4000);
    for (let i = 200; i < 3800; i += 1) expect(Math.abs(out[i]! - expected[i]!)).toBeLessThan(12);
  });

  it('lets nothing of what the new rate cannot hold be heard', () => {
    const hiss = tone({ frequencyHz: 5000, durationMs: 500, sampleRate: 48_000 });
    expect(levelDb(new Resampler(48_000, 8000).read(of(hiss), 400, 3200))).toBeLessThan(levelDb(hiss) - 70);
    const low = tone({ frequencyHz: 1000, durationMs: 500, sampleRate: 8000 });
    const high = new Resampler(8000, 48_000).read(of(low), 2400, 19_200);
    expect(dominantFrequencyHz(high, 48_000)).toBeCloseTo(1000, 0);
    expect(levelDb(high)).toBeCloseTo(levelDb(low), 1);
  });

  it('gives the same piece by piece as at once', () => {
    const sound = tone({ frequencyHz: 440, durationMs: 200, sampleRate: 44_100 });
    const resampler = new Resampler(44_100, 8000);
    const pieces = [0, 160, 320].map((from) => resampler.read(of(sound), from, 160));
    expect(pieces.flatMap((piece) => [...piece])).toEqual([...resampler.read(of(sound), 0, 480)]);
  });
});
