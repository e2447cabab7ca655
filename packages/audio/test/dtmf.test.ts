import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  type DtmfChange,
  DtmfDetector,
  decodeMulaw,
  dominantFrequencyHz,
  dtmfTone,
  encodeMulaw,
  frequenciesOfDigit,
  tone,
} from '../src/index.ts';

const golden = (name: string) =>
  decodeMulaw(gunzipSync(readFileSync(new URL(`./fixtures/${name}`, import.meta.url))));

/** What is heard when the sound comes in packets of 20 ms. */
function changes(samples: Int16Array): DtmfChange[] {
  const detector = new DtmfDetector();
  const found: DtmfChange[] = [];
  for (let at = 0; at < samples.length; at += 160)
    found.push(...detector.receive(samples.subarray(at, at + 160)));
  return found;
}
const digits = (samples: Int16Array) =>
  changes(samples)
    .flatMap((change) => (change.kind === 'begin' ? [change.digit] : []))
    .join('');

function join(...parts: Int16Array[]): Int16Array {
  return Int16Array.from(parts.flatMap((part) => [...part]));
}
const silence = (durationMs: number) => new Int16Array(durationMs * 8);
function mix(a: Int16Array, b: Int16Array): Int16Array {
  return a.map((sample, i) => sample + (b[i] ?? 0));
}
/** A key of which each tone has its own frequency and level. */
function pair(
  low: [hz: number, dbm0: number],
  high: [hz: number, dbm0: number],
  durationMs = 50,
): Int16Array {
  const [a, b] = [low, high].map(([frequencyHz, levelDbm0]) => tone({ frequencyHz, levelDbm0, durationMs }));
  return mix(a!, b!);
}
/** The sound at every alignment with the detector's blocks. */
const alignments = Array.from({ length: 17 }, (_, i) => new Int16Array(6 * i));
const always = (sound: Int16Array) => alignments.map((lead) => digits(join(lead, sound, silence(60))));

describe('DTMF tones', () => {
  it('are the two of the key, each as loud as asked', () => {
    expect(frequenciesOfDigit('5')).toEqual([770, 1336]);
    expect(frequenciesOfDigit('d')).toEqual([941, 1633]);
    expect([frequenciesOfDigit('x'), frequenciesOfDigit(''), frequenciesOfDigit('12')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const key = dtmfTone('5', { durationMs: 200, levelDbm0: -8 });
    const without = mix(
      key,
      tone({ frequencyHz: 770, durationMs: 200, levelDbm0: -8 }).map((sample) => -sample),
    );
    expect(dominantFrequencyHz(without, 8000)).toBeCloseTo(1336, 0);
    expect(() => dtmfTone('x', { durationMs: 20 })).toThrow(RangeError);
  });
});

describe('DTMF detection', () => {
  it('hears all sixteen keys of another maker, 50 ms on and 50 ms off', () => {
    expect(digits(golden('keys.mulaw.gz'))).toBe('0123456789*#ABCD');
  });

  it('tells when a key began and ended', () => {
    const sound = join(silence(100), dtmfTone('7', { durationMs: 120, levelDbm0: -12 }), silence(100));
    const [begin, end, ...more] = changes(sound);
    expect(begin).toMatchObject({ kind: 'begin', digit: '7' });
    expect(end).toMatchObject({ kind: 'end', digit: '7' });
    expect(more).toEqual([]);
    // A block is 12.75 ms long.
    expect(Math.abs(begin!.atSample - 800)).toBeLessThanOrEqual(102);
    expect(Math.abs(end!.atSample - 1760)).toBeLessThanOrEqual(102);
    expect(begin).toHaveProperty('levelDbm0', expect.closeTo(-12, 0));
  });

  it('hears the same key twice as two', () => {
    const key = dtmfTone('4', { durationMs: 50 });
    expect(digits(join(key, silence(40), key, silence(40)))).toBe('44');
  });

  it('hears one key straight after another', () => {
    expect(
      digits(join(dtmfTone('4', { durationMs: 60 }), dtmfTone('9', { durationMs: 60 }), silence(40))),
    ).toBe('49');
  });

  it.each([
    ['40 ms', dtmfTone('2', { durationMs: 40 })],
    ['-25 dBm0', dtmfTone('2', { durationMs: 50, levelDbm0: -25 })],
    ['0 dBm0', dtmfTone('2', { durationMs: 50, levelDbm0: -3 })],
    ['a high tone 4 dB louder', pair([697, -14], [1336, -10.2])],
    ['a high tone 8 dB weaker', pair([697, -10], [1336, -17.8])],
    ['1.5 % too high', pair([697 * 1.015, -10], [1336 * 1.015, -10])],
    ['1.5 % too low', pair([697 * 0.985, -10], [1336 * 0.985, -10])],
    [
      'an interruption of 10 ms',
      join(dtmfTone('2', { durationMs: 40 }), silence(10), dtmfTone('2', { durationMs: 40 })),
    ],
    ['G.711', decodeMulaw(encodeMulaw(dtmfTone('2', { durationMs: 50, levelDbm0: -20 })))],
  ])('hears %s as one key', (_what, sound) => {
    expect(new Set(always(sound))).toEqual(new Set(['2']));
  });

  it.each([
    ['20 ms', dtmfTone('2', { durationMs: 20 })],
    ['-40 dBm0', dtmfTone('2', { durationMs: 50, levelDbm0: -40 })],
    ['a high tone 8 dB louder', pair([697, -18], [1336, -10])],
    ['a high tone 12 dB weaker', pair([697, -8], [1336, -20])],
    ['3.5 % too high', pair([697 * 1.035, -10], [1336 * 1.035, -10])],
    ['3.5 % too low', pair([697 * 0.965, -10], [1336 * 0.965, -10])],
    ['one tone alone', tone({ frequencyHz: 697, durationMs: 100 })],
    ['dial tone', pair([350, -13], [440, -13], 500)],
    ['ringing tone', pair([440, -13], [480, -13], 500)],
    [
      'a third tone as loud',
      mix(dtmfTone('2', { durationMs: 100 }), tone({ frequencyHz: 1000, durationMs: 100, levelDbm0: -8 })),
    ],
  ])('takes %s for no key', (_what, sound) => {
    expect(new Set(always(sound))).toEqual(new Set(['']));
  });

  it('hears a key in noise 15 dB weaker', () => {
    const sound = join(dtmfTone('9', { durationMs: 60, levelDbm0: -13 }), silence(60));
    // Both tones at -13 dBm0 are -10 dBm0 together.
    expect(digits(mix(sound, noise(sound.length, -25)))).toBe('9');
  });

  it('takes ten seconds of noise for no key', () => {
    expect(digits(noise(80_000, -15))).toBe('');
  });

  it('takes speech for no key', () => {
    expect(changes(golden('speech.mulaw.gz'))).toEqual([]);
  });

  it('does not care how the sound is cut', () => {
    const sound = join(silence(33), dtmfTone('3', { durationMs: 70 }), silence(60));
    const whole = new DtmfDetector().receive(sound);
    const detector = new DtmfDetector();
    const byOne = [...sound].flatMap((sample) => [...detector.receive(Int16Array.of(sample))]);
    expect(byOne).toEqual(whole);
  });
});

/** White noise of a fixed seed (Park and Miller 1988). */
function noise(count: number, levelDbm0: number): Int16Array {
  let seed = 1;
  const peak = Math.sqrt(3) * 10 ** ((levelDbm0 - 6.18) / 20) * 32_768;
  return Int16Array.from({ length: count }, () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return peak * ((2 * seed) / 2_147_483_647 - 1);
  });
}
