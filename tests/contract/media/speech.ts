import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { bytesOfSamples, decodeMulaw, type Samples, writeWav } from '@ringback/audio';

const FILE = new URL('../../../packages/audio/test/fixtures/speech.mulaw.gz', import.meta.url);

/** Fourteen seconds of two voices, 8 kHz. */
export const SPEECH: Int16Array = decodeMulaw(gunzipSync(readFileSync(FILE)));

/** The same as a WAV file in base64, for a page. */
export const SPEECH_WAV = Buffer.from(
  writeWav({ format: 'pcm16', sampleRate: 8000, channels: 1, data: bytesOfSamples(SPEECH) }),
).toString('base64');

/** What was heard at a multiple of 8 kHz as 8 kHz: a low-pass of a sinc in a Hann window, and every n-th sample. */
export function at8kHz(samples: Samples, rate: number): Int16Array {
  const step = rate / 8000;
  const reach = 16 * step;
  const taps = Array.from({ length: 2 * reach + 1 }, (_, i) => {
    const x = (i - reach) / step;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * 0.9 * x) / (Math.PI * x);
    return (sinc * (0.5 + 0.5 * Math.cos((Math.PI * (i - reach)) / reach))) / step;
  });
  const count = Math.max(0, Math.floor((samples.length - 2 * reach) / step));
  return Int16Array.from({ length: count }, (_, n) =>
    taps.reduce((sum, tap, i) => sum + tap * samples[n * step + i]!, 0),
  );
}
