import { g711, Resampler, type Wav } from '@ringback/audio';

/** What is played is made at the rate of the telephone network. */
export const SAMPLE_RATE = 8000;
/** 20 ms. */
export const FRAME_SAMPLES = 160;

/**
 * A sound in frames of 20 ms at 8 kHz, one channel. A frame is made when it is first asked for and then kept: a long file does
 * not hold up anything, and a thousand calls that play the same one make it once.
 */
export class Sound {
  readonly durationMs: number;
  readonly frameCount: number;
  /** Samples per second of the file: what a position in it counts. */
  readonly fileRate: number;
  /** Bytes that it takes up altogether. */
  readonly size: number;
  readonly #read: (index: number) => number;
  readonly #resampler: Resampler | undefined;
  readonly #samples: Int16Array;
  readonly #made: Uint8Array;

  constructor(wav: Wav) {
    const bytesPerSample = wav.format === 'pcm16' ? 2 : 1;
    const fileSamples = Math.floor(wav.data.length / (bytesPerSample * wav.channels));
    this.fileRate = wav.sampleRate;
    this.durationMs = Math.round((fileSamples * 1000) / wav.sampleRate);
    this.frameCount = Math.ceil((fileSamples * SAMPLE_RATE) / wav.sampleRate / FRAME_SAMPLES);
    this.#read = reader(wav, fileSamples);
    this.#resampler = wav.sampleRate === SAMPLE_RATE ? undefined : new Resampler(wav.sampleRate, SAMPLE_RATE);
    this.#samples = new Int16Array(this.frameCount * FRAME_SAMPLES);
    this.#made = new Uint8Array(this.frameCount);
    this.size = wav.data.length + this.#samples.byteLength;
  }

  /** A frame of `FRAME_SAMPLES`, the last one filled up with silence. It belongs to the sound. */
  frame(index: number): Int16Array {
    const from = index * FRAME_SAMPLES;
    const frame = this.#samples.subarray(from, from + FRAME_SAMPLES);
    if (this.#made[index]) return frame;
    this.#made[index] = 1;
    if (this.#resampler) frame.set(this.#resampler.read(this.#read, from, FRAME_SAMPLES));
    else for (let i = 0; i < FRAME_SAMPLES; i++) frame[i] = this.#read(from + i);
    return frame;
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
