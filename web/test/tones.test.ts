import { describe, expect, it } from 'vitest';
import { renderKey, renderTone, type ToneName } from '../src/phone/tones.ts';

const RATE = 8000;

/** Level of one frequency in these samples, by correlation with it: 1 for a full sine. */
function levelOf(hz: number, samples: Float32Array): number {
  let re = 0;
  let im = 0;
  samples.forEach((value, at) => {
    re += value * Math.cos((2 * Math.PI * hz * at) / RATE);
    im += value * Math.sin((2 * Math.PI * hz * at) / RATE);
  });
  return (2 * Math.hypot(re, im)) / samples.length;
}

describe('tones', () => {
  it.each(['ring', 'call-waiting', 'ring-back', 'busy', 'congestion'] satisfies ToneName[])(
    '%s never clips, and loops without a click',
    (name) => {
      const samples = renderTone(name, RATE);
      expect(Math.max(...samples.map(Math.abs))).toBeLessThanOrEqual(1);
      expect(Math.max(...samples.map(Math.abs))).toBeGreaterThan(0.05);
      expect(Math.abs(samples[0] ?? 1)).toBeLessThan(0.01);
      expect(Math.abs(samples.at(-1) ?? 1)).toBeLessThan(0.01);
    },
  );

  it('busy is 480 and 620 Hz for half of each second', () => {
    const samples = renderTone('busy', RATE);
    expect(samples).toHaveLength(RATE);
    const on = samples.slice(0, RATE / 2);
    expect(levelOf(480, on)).toBeGreaterThan(0.07);
    expect(levelOf(620, on)).toBeGreaterThan(0.07);
    expect(levelOf(1000, on)).toBeLessThan(0.01);
    expect(samples.slice(RATE / 2).every((value) => value === 0)).toBe(true);
  });

  it('the key 5 is 770 and 1336 Hz', () => {
    const samples = renderKey(4, RATE).slice(0, 960);
    expect(levelOf(770, samples)).toBeGreaterThan(0.04);
    expect(levelOf(1336, samples)).toBeGreaterThan(0.04);
    expect(levelOf(1477, samples)).toBeLessThan(0.01);
  });
});
