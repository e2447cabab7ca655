import { inverseTransform, powerOfTwo, transform } from './fourier.ts';

/** Linear samples in 16-bit units: an `Int16Array`, or floats of the same scale. */
export type Samples = ArrayLike<number>;

/** The level that silence is given, the lowest of RFC 6464. */
export const SILENCE_DB = -127;

/**
 * Level in dBov (RFC 6464 3): RMS against the 16-bit overload point, so 0 is a full square wave and a full sine
 * is -3.01. Silence, or nothing at all, is -127. In mu-law, dBm0 is 6.18 more.
 */
export function levelDb(samples: Samples): number {
  if (samples.length === 0) return SILENCE_DB;
  const rms = Math.sqrt(energyOf(samples) / samples.length);
  return Math.max(SILENCE_DB, 20 * Math.log10(rms / 32_768));
}

/** Frequency in Hz of the strongest component of 50 ms or more of sound, to about a tenth of a bin; 0 for silence. */
export function dominantFrequencyHz(samples: Samples, sampleRate: number): number {
  const size = powerOfTwo(Math.max(samples.length, 2));
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  const mean = sumOf(samples) / Math.max(samples.length, 1);
  for (let i = 0; i < samples.length; i += 1) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / samples.length);
    re[i] = (samples[i]! - mean) * window;
  }
  transform(re, im);
  const power = Float64Array.from({ length: size / 2 }, (_, k) => re[k]! ** 2 + im[k]! ** 2);
  let peak = 0;
  for (let k = 1; k < power.length; k += 1) if (power[k]! > power[peak]!) peak = k;
  return power[peak]! > 0 ? ((peak + offsetOfPeak(power, peak)) * sampleRate) / size : 0;
}

/** Where between its neighbours a peak of power lies, -0.5 to 0.5 bins: the parabola through their decibels. */
function offsetOfPeak(power: Float64Array, peak: number): number {
  const [left, middle, right] = [power[peak - 1], power[peak], power[peak + 1]].map((p) =>
    Math.log(p || 1e-300),
  );
  if (left === undefined || middle === undefined || right === undefined) return 0;
  const bend = left - 2 * middle + right;
  return bend === 0 ? 0 : Math.max(-0.5, Math.min(0.5, (left - right) / (2 * bend)));
}

export interface Correlation {
  /** 1 when `b` holds `a` at any volume, 0 when they have nothing in common, towards -1 when upside down. */
  score: number;
  /** Samples by which `b` is later than `a`: `b[n + lag]` is like `a[n]`. */
  lag: number;
}

/**
 * Best normalised cross-correlation of two signals over all lags. Each lag is judged on the part where the two
 * overlap, and counts only if that part holds at least half the energy of the shorter one; so a
 * recording may start late, end early or have silence around it. 10 s at 8 kHz takes about 100 ms.
 */
export function correlate(a: Samples, b: Samples): Correlation {
  const products = crossProducts(a, b);
  const energyA = runningEnergy(a);
  const energyB = runningEnergy(b);
  const shorter = a.length <= b.length ? energyA : energyB;
  const least = shorter[shorter.length - 1]! / 2;
  let best: Correlation = { score: 0, lag: 0 };
  for (let lag = 1 - a.length; lag < b.length; lag += 1) {
    const from = Math.max(0, -lag);
    const to = Math.min(a.length, b.length - lag);
    const partA = energyA[to]! - energyA[from]!;
    const partB = energyB[to + lag]! - energyB[from + lag]!;
    if ((shorter === energyA ? partA : partB) < least || partA <= 0 || partB <= 0) continue;
    const score = products[(lag + products.length) % products.length]! / Math.sqrt(partA * partB);
    if (score > best.score) best = { score: Math.min(1, score), lag };
  }
  return best;
}

/** Sum over n of a[n]·b[n + lag] for every lag, negative lags counted from the end. */
function crossProducts(a: Samples, b: Samples): Float64Array {
  const size = powerOfTwo(a.length + b.length);
  // Both real signals ride in one complex transform: a as the real part, b as the imaginary.
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  re.set(a);
  im.set(b);
  transform(re, im);
  const outRe = new Float64Array(size);
  const outIm = new Float64Array(size);
  for (let k = 0; k < size; k += 1) {
    const m = (size - k) % size;
    const aRe = (re[k]! + re[m]!) / 2;
    const aIm = (im[k]! - im[m]!) / 2;
    const bRe = (im[k]! + im[m]!) / 2;
    const bIm = (re[m]! - re[k]!) / 2;
    outRe[k] = aRe * bRe + aIm * bIm;
    outIm[k] = aRe * bIm - aIm * bRe;
  }
  inverseTransform(outRe, outIm);
  return outRe;
}

function runningEnergy(samples: Samples): Float64Array {
  const sums = new Float64Array(samples.length + 1);
  for (let i = 0; i < samples.length; i += 1) sums[i + 1] = sums[i]! + samples[i]! ** 2;
  return sums;
}

function energyOf(samples: Samples): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i += 1) sum += samples[i]! ** 2;
  return sum;
}

function sumOf(samples: Samples): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i += 1) sum += samples[i]!;
  return sum;
}
