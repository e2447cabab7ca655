import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  decodeAlaw,
  decodeMulaw,
  encodeAlaw,
  encodeMulaw,
  type G711,
  g711,
  samplesOfBytes,
} from '../src/index.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name));
const everySample = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768);
const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i);

/**
 * Samples on which two encoders disagree. G.711 defines mu-law for 14-bit values and A-law for 13-bit ones, so only
 * multiples of `step` have one right answer; between them sox rounds and ITU-T G.191 cuts.
 */
function differences(ours: Uint8Array, theirs: Uint8Array, step: number): number[] {
  return [...everySample].filter((sample, i) => sample % step === 0 && ours[i] !== theirs[i]);
}

/** Most quantising steps between two encodings of the same sample. */
function farthest(ours: Uint8Array, theirs: Uint8Array, decode: G711['decode']): number {
  const ladder = [...new Set(decode(everyByte))].sort((x, y) => x - y);
  const rung = Array.from(decode(everyByte), (value) => ladder.indexOf(value));
  return everySample.reduce((most, _, i) => Math.max(most, Math.abs(rung[ours[i]!]! - rung[theirs[i]!]!)), 0);
}

describe('G.711 against independent encoders', () => {
  it('encodes every 14-bit value to mu-law as sox does, and all others within a step', () => {
    const [ours, theirs] = [encodeMulaw(everySample), gunzipSync(fixture('every-sample.mulaw.gz'))];
    expect(differences(ours, theirs, 4)).toEqual([]);
    expect(farthest(ours, theirs, decodeMulaw)).toBeLessThanOrEqual(1);
  });

  it('encodes every 13-bit value to A-law as sox does, and all others within a step', () => {
    const [ours, theirs] = [encodeAlaw(everySample), gunzipSync(fixture('every-sample.alaw.gz'))];
    expect(differences(ours, theirs, 8)).toEqual([]);
    expect(farthest(ours, theirs, decodeAlaw)).toBeLessThanOrEqual(1);
  });

  it('decodes every byte of both laws as ffmpeg does', () => {
    expect(decodeMulaw(everyByte)).toEqual(samplesOfBytes(fixture('every-byte.mulaw.s16')));
    expect(decodeAlaw(everyByte)).toEqual(samplesOfBytes(fixture('every-byte.alaw.s16')));
  });
});

describe('G.711 by itself', () => {
  it('gives each byte back after decoding, but for mu-law minus zero', () => {
    const again = encodeMulaw(decodeMulaw(everyByte));
    expect([...again].filter((byte, i) => byte !== everyByte[i])).toEqual([0xff]);
    expect(encodeAlaw(decodeAlaw(everyByte))).toEqual(everyByte);
  });

  it('has silence that is silent', () => {
    expect(g711.PCMU.decode(Uint8Array.of(g711.PCMU.silence))[0]).toBe(0);
    expect(g711.PCMA.decode(Uint8Array.of(g711.PCMA.silence))[0]).toBe(8);
    expect(encodeMulaw(new Int16Array(2))).toEqual(Uint8Array.of(0xff, 0xff));
    expect(encodeAlaw(new Int16Array(2))).toEqual(Uint8Array.of(0xd5, 0xd5));
  });
});
