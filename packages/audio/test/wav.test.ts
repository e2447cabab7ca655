import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  bytesOfSamples,
  decodeMulaw,
  dominantFrequencyHz,
  readWav,
  tone,
  type WavFormat,
  writeWav,
} from '../src/index.ts';

describe('WAV', () => {
  for (const format of ['pcm16', 'mulaw', 'alaw'] satisfies WavFormat[]) {
    it(`reads what it wrote: ${format}`, () => {
      const wav = {
        format,
        sampleRate: 8000,
        channels: 1,
        data: bytesOfSamples(tone({ frequencyHz: 300, durationMs: 5 })),
      };
      expect(readWav(writeWav(wav))).toEqual(wav);
    });
  }

  it('pads odd data to an even length and does not read the pad', () => {
    const file = writeWav({ format: 'mulaw', sampleRate: 8000, channels: 1, data: Uint8Array.of(1, 2, 3) });
    expect(file.length % 2).toBe(0);
    expect(readWav(file).data).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('reads a file of sox', () => {
    const wav = readWav(readFileSync(join(import.meta.dirname, 'fixtures', 'tone.mulaw.wav')));
    expect(wav).toMatchObject({ format: 'mulaw', sampleRate: 8000, channels: 1 });
    expect(wav.data).toHaveLength(4000);
    expect(dominantFrequencyHz(decodeMulaw(wav.data), 8000)).toBeCloseTo(1004, 0);
  });

  it('reads a streamed file whose length was never filled in', () => {
    const file = writeWav({ format: 'pcm16', sampleRate: 8000, channels: 1, data: new Uint8Array(100) });
    new DataView(file.buffer).setUint32(40, 0xffffffff, true);
    expect(readWav(file).data).toHaveLength(100);
  });

  it('refuses what is not a WAV file at every length, with its own error', () => {
    const file = writeWav({ format: 'mulaw', sampleRate: 8000, channels: 1, data: new Uint8Array(10) });
    for (let cut = 0; cut < 58; cut += 1)
      expect(() => readWav(file.subarray(0, cut)), `cut at ${cut}`).toThrowError(
        expect.objectContaining({ code: 'bad-wav' }),
      );
  });
});
