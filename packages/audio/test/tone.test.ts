import { describe, expect, it } from 'vitest';
import { dominantFrequencyHz, encodeMulaw, levelDb, tone } from '../src/index.ts';

describe('tone', () => {
  it('is the digital milliwatt of ITU-T G.711 table 6 at 0 dBm0', () => {
    const milliwatt = tone({ frequencyHz: 1000, durationMs: 1, levelDbm0: 0, phaseTurns: 1 / 16 });
    // The table starts on the negative half-wave or the positive one: the sequence is a ring.
    expect([...encodeMulaw(milliwatt)]).toEqual([0x9e, 0x8b, 0x8b, 0x9e, 0x1e, 0x0b, 0x0b, 0x1e]);
  });

  it('has the frequency and level it was asked for', () => {
    const samples = tone({ frequencyHz: 1004, durationMs: 1000, levelDbm0: -10 });
    expect(samples).toHaveLength(8000);
    expect(dominantFrequencyHz(samples, 8000)).toBeCloseTo(1004, 0);
    expect(levelDb(samples) + 6.18).toBeCloseTo(-10, 1);
  });

  it('goes on without a click when made in pieces', () => {
    const o = { frequencyHz: 437, amplitude: 9000, sampleRate: 16_000 };
    const whole = tone({ ...o, durationMs: 40 });
    const second = tone({ ...o, durationMs: 20, startSample: 320 });
    expect(second).toEqual(whole.slice(320));
  });

  it('clips rather than wraps', () => {
    const samples = tone({ frequencyHz: 1000, durationMs: 10, amplitude: 60_000 });
    expect(Math.max(...samples)).toBe(32_767);
    expect(Math.min(...samples)).toBe(-32_768);
  });
});
