/** Zero crossings of the filter on each side; 16 put what is folded back about 80 dB down. */
const LOBES = 16;
/** Part of the new band that passes unchanged; the rest is where the filter falls. */
const PASS = 0.92;
/** Positions between two input samples for which a filter is kept: a ratio that needs more is rounded, 70 dB down. */
const MAX_PHASES = 1024;

/**
 * Samples at one rate from samples at another, by a windowed sinc (Kaiser, beta 8): any stretch of the output by itself, so
 * that a long sound can be made piece by piece. The sound has no delay.
 */
export class Resampler {
  readonly #step: number;
  readonly #phases: readonly Float32Array[];
  /** Input samples that a filter reaches back, and forward. */
  readonly #reach: number;

  constructor(fromRate: number, toRate: number) {
    this.#step = fromRate / toRate;
    const cutoff = Math.min(1, toRate / fromRate) * PASS;
    this.#reach = Math.ceil(LOBES / cutoff);
    const count = Math.min(MAX_PHASES, toRate / greatestCommonDivisor(fromRate, toRate));
    this.#phases = Array.from({ length: count }, (_, i) => filter(i / count, cutoff, this.#reach));
  }

  /** `count` output samples from the one numbered `from`; `input` gives any input sample, and 0 beyond the sound. */
  read(input: (index: number) => number, from: number, count: number): Int16Array {
    const reach = this.#reach;
    const firstIn = Math.floor(from * this.#step) - reach + 1;
    const inputs = Math.ceil(count * this.#step) + 2 * reach + 1;
    const around = Float32Array.from({ length: inputs }, (_, i) => input(firstIn + i));
    const out = new Int16Array(count);
    for (let i = 0; i < count; i += 1) {
      const at = (from + i) * this.#step;
      const whole = Math.floor(at);
      const phase = Math.round((at - whole) * this.#phases.length);
      // The last half step belongs to the next input sample.
      const carried = phase === this.#phases.length ? 1 : 0;
      const taps = this.#phases[carried ? 0 : phase]!;
      const start = whole + carried - reach + 1 - firstIn;
      let sum = 0;
      for (let k = 0; k < taps.length; k += 1) sum += taps[k]! * around[start + k]!;
      out[i] = Math.max(-32_768, Math.min(32_767, Math.round(sum)));
    }
    return out;
  }
}

/** Taps for an output sample `fraction` after an input sample; together 1, so that a constant stays what it is. */
function filter(fraction: number, cutoff: number, reach: number): Float32Array {
  const taps = Float32Array.from({ length: 2 * reach }, (_, k) => {
    const x = k - (reach - 1) - fraction;
    return sinc(x * cutoff) * kaiser(x / reach);
  });
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

const BETA = 8;
const kaiser = (x: number) => (Math.abs(x) >= 1 ? 0 : bessel(BETA * Math.sqrt(1 - x * x)) / bessel(BETA));

/** Modified Bessel function of the first kind, order 0, by its series. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-9; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
