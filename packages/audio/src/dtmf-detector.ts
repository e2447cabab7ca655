import { digitAt, HIGH_GROUP, LOW_GROUP } from './dtmf.ts';
import { tonePeak } from './tone.ts';

/** 12.75 ms: filters 78 Hz wide, so that a tone 1.5 % off is heard and its neighbour is not. */
const WINDOW = 102;
const STEP = 51;
/** Windows in a row that make a digit, or a pause: 40 ms of either hold them at any alignment, 23 ms never. */
const WINDOWS_TO_CHANGE = 4;
/** ITU-T Q.24 has the high tone up to 4 dB louder than the low one, or up to 8 dB weaker; 1 dB is for the filters. */
const TWIST = 10 ** (5 / 10);
const REVERSE_TWIST = 10 ** (9 / 10);
/** Power of the best tone of a group beside any other of it. */
const RELATIVE_PEAK = 10 ** (8 / 10);
/** The two tones' part of all power in the window. Speech has harmonics and noise beside its strongest two. */
const TONES_TO_TOTAL = 0.75;
/** The same for a digit that goes on: an interruption of 10 ms does not end it. */
const TONES_TO_TOTAL_AFTER = 0.5;
/** Per tone. Q.24: administrations ask for -24 to -29 dBm at the weakest. */
const WEAKEST_DBM0 = -30;
const WEAKEST_POWER = tonePeak(WEAKEST_DBM0) ** 2 / 2;

const GROUPS = [...LOW_GROUP, ...HIGH_GROUP];
const COEFFICIENTS = GROUPS.map((frequencyHz) => 2 * Math.cos((2 * Math.PI * frequencyHz) / 8000));

/** A digit that began or ended, in samples since the detector began. */
export type DtmfChange =
  | { kind: 'begin'; digit: string; atSample: number; levelDbm0: number }
  | { kind: 'end'; digit: string; atSample: number };

const NO_CHANGE: readonly DtmfChange[] = [];

/** Hears DTMF (ITU-T Q.23) in 8 kHz sound by Goertzel filters, within the limits of Q.24. A change is told up to 38 ms late. */
export class DtmfDetector {
  readonly #window = new Float64Array(WINDOW);
  readonly #powers = new Float64Array(GROUPS.length);
  #filled = 0;
  #atSample = 0;
  #digit: string | undefined;
  #candidate: string | undefined;
  #candidateWindows = 0;

  /** The digit that sounds. */
  get digit(): string | undefined {
    return this.#digit;
  }

  receive(samples: Int16Array): readonly DtmfChange[] {
    let changes = NO_CHANGE;
    for (let i = 0; i < samples.length; i++) {
      this.#window[this.#filled++] = samples[i]!;
      if (this.#filled < WINDOW) continue;
      const change = this.#endWindow();
      if (change) changes = [...changes, change];
      this.#window.copyWithin(0, STEP);
      this.#filled -= STEP;
      this.#atSample += STEP;
    }
    return changes;
  }

  #endWindow(): DtmfChange | undefined {
    const total = measure(this.#window, this.#powers);
    const heard = digitOf(this.#powers, total, this.#digit);
    this.#candidateWindows = heard === this.#candidate ? this.#candidateWindows + 1 : 1;
    this.#candidate = heard;
    if (heard === this.#digit || this.#candidateWindows < WINDOWS_TO_CHANGE) return undefined;
    const atSample = this.#atSample - (WINDOWS_TO_CHANGE - 1) * STEP;
    const ended = this.#digit;
    // One digit straight after another: the first ends, and the other is told with the next window.
    this.#digit = ended === undefined ? heard : undefined;
    if (ended !== undefined) return { kind: 'end', digit: ended, atSample };
    if (heard === undefined) return undefined;
    return { kind: 'begin', digit: heard, atSample, levelDbm0: levelOf(total) };
  }
}

/** Fills `powers` with the mean square of each tone in the window (Goertzel 1958); gives that of everything. */
function measure(window: Float64Array, powers: Float64Array): number {
  for (let k = 0; k < powers.length; k++) {
    const coefficient = COEFFICIENTS[k]!;
    let last = 0;
    let beforeLast = 0;
    for (let i = 0; i < WINDOW; i++) {
      const next = window[i]! + coefficient * last - beforeLast;
      beforeLast = last;
      last = next;
    }
    powers[k] = (2 * (last * last + beforeLast * beforeLast - coefficient * last * beforeLast)) / WINDOW ** 2;
  }
  let energy = 0;
  for (let i = 0; i < WINDOW; i++) energy += window[i]! * window[i]!;
  return energy / WINDOW;
}

/** Level of each of two equal tones that share this power. */
function levelOf(total: number): number {
  return WEAKEST_DBM0 + 10 * Math.log10(total / 2 / WEAKEST_POWER);
}

function digitOf(powers: Float64Array, total: number, sounding: string | undefined): string | undefined {
  if (total < WEAKEST_POWER) return undefined;
  const row = strongest(powers, 0, LOW_GROUP.length);
  const column = strongest(powers, LOW_GROUP.length, powers.length);
  if (row === undefined || column === undefined) return undefined;
  const low = powers[row]!;
  const high = powers[column]!;
  if (low < WEAKEST_POWER || high < WEAKEST_POWER) return undefined;
  if (high > low * TWIST || low > high * REVERSE_TWIST) return undefined;
  const digit = digitAt(row, column - LOW_GROUP.length);
  const least = digit === sounding ? TONES_TO_TOTAL_AFTER : TONES_TO_TOTAL;
  return low + high < least * total ? undefined : digit;
}

/** The index of the strongest of one group, if it stands out. */
function strongest(powers: Float64Array, from: number, to: number): number | undefined {
  let best = from;
  for (let i = from + 1; i < to; i++) if (powers[i]! > powers[best]!) best = i;
  for (let i = from; i < to; i++) {
    if (i !== best && powers[i]! * RELATIVE_PEAK > powers[best]!) return undefined;
  }
  return best;
}
