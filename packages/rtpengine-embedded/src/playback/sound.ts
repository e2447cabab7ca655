import { g711, Resampler, type Wav } from '@ringback/audio';

/** What is played is made at the rate of the telephone network. */
export const SAMPLE_RATE = 8000;
/** 20 ms. */
export const FRAME_SAMPLES = 160;

/**
 * A sound in frames of 20 ms at 8 kHz, one channel. What has another rate is made a frame at a time, when it is first asked
 * for, and then kept: a long file does not hold up anything, and a thousand calls that play the same one make it once.
 */
export class Sound {
  readonly durationMs: number;
  readonly frameCount: number;
  /** Samples per second of the file: what a position in it counts. */
  readonly fileRate: number;
  /** Bytes that it takes up altogether. */
  readonly size: number;
  readonly #read: (index: number) => number;
  readonly #resampled: Resampled | undefined;

  constructor(wav: Wav) {
    const bytesPerSample = wav.format === 'pcm16' ? 2 : 1;
    const fileSamples = Math.floor(wav.data.length / (bytesPerSample * wav.channels));
    this.fileRate = wav.sampleRate;
    this.durationMs = Math.round((fileSamples * 1000) / wav.sampleRate);
    this.frameCount = Math.ceil((fileSamples * SAMPLE_RATE) / wav.sampleRate / FRAME_SAMPLES);
    this.#read = reader(wav, fileSamples);
    this.#resampled =
      wav.sampleRate === SAMPLE_RATE ? undefined : new Resampled(this.frameCount, wav.sampleRate);
    this.size = wav.data.length + (this.#resampled?.samples.length ?? 0) * 2;
  }

  /** A frame of `FRAME_SAMPLES`, the last one filled up with silence. */
  frame(index: number): Int16Array {
    if (this.#resampled) return this.#resampled.frame(index, this.#read);
    const from = index * FRAME_SAMPLES;
    return Int16Array.from({ length: FRAME_SAMPLES }, (_, i) => this.#read(from + i));
  }
}

/** The frames of a sound of another rate, as far as they have been made. */
class Resampled {
  readonly samples: Int16Array;
  readonly #made: Uint8Array;
  readonly #resampler: Resampler;

  constructor(frameCount: number, fileRate: number) {
    this.samples = new Int16Array(frameCount * FRAME_SAMPLES);
    this.#made = new Uint8Array(frameCount);
    this.#resampler = new Resampler(fileRate, SAMPLE_RATE);
  }

  frame(index: number, read: (index: number) => number): Int16Array {
    const from = index * FRAME_SAMPLES;
    if (!this.#made[index]) {
      this.samples.set(this.#resampler.read(read, from, FRAME_SAMPLES), from);
      this.#made[index] = 1;
    }
    return this.samples.subarray(from, from + FRAME_SAMPLES);
  }
}

/** The mean of all channels at an index of the file; 0 beyond it. */
function reader({ data, format, channels }: Wav, length: number): (index: number) => number {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const sample = format === 'pcm16' ? (at: number) => view.getInt16(2 * at, true) : lawReader(data, format);
  return (index) => {
    if (index < 0 || index >= length) return 0;
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += sample(index * channels + channel);
    return sum / channels;
  };
}

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const LINEAR = { mulaw: g711.PCMU.decode(everyByte), alaw: g711.PCMA.decode(everyByte) };

function lawReader(data: Uint8Array, format: 'mulaw' | 'alaw'): (at: number) => number {
  const linear = LINEAR[format];
  return (at) => linear[data[at]!]!;
}
