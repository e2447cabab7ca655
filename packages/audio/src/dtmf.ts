import { type Tone, tone } from './tone.ts';

/** ITU-T Q.23: a digit is one frequency of each group, in Hz. */
export const LOW_GROUP = [697, 770, 852, 941] as const;
export const HIGH_GROUP = [1209, 1336, 1477, 1633] as const;

const KEYPAD = ['123A', '456B', '789C', '*0#D'];

/** The digit of a row (index into the low group) and a column (into the high group). */
export function digitAt(row: number, column: number): string | undefined {
  return KEYPAD[row]?.[column];
}

/** The two frequencies of `0..9 * # A..D`; `undefined` for anything else. */
export function frequenciesOfDigit(digit: string): readonly [lowHz: number, highHz: number] | undefined {
  const row = digit.length === 1 ? KEYPAD.findIndex((keys) => keys.includes(digit.toUpperCase())) : -1;
  const column = KEYPAD[row]?.indexOf(digit.toUpperCase()) ?? -1;
  const [lowHz, highHz] = [LOW_GROUP[row], HIGH_GROUP[column]];
  return lowHz === undefined || highHz === undefined ? undefined : [lowHz, highHz];
}

/** A piece of one key's sound, both tones at `levelDbm0` (default -10). Throws RangeError for what is no digit. */
export function dtmfTone(
  digit: string,
  shape: Omit<Tone, 'frequencyHz' | 'amplitude' | 'phaseTurns'>,
): Int16Array {
  const frequencies = frequenciesOfDigit(digit);
  if (!frequencies) throw new RangeError(`${JSON.stringify(digit)} is not a DTMF digit`);
  const [low, high] = frequencies.map((frequencyHz) => tone({ ...shape, frequencyHz })) as [
    Int16Array,
    Int16Array,
  ];
  return low.map((sample, i) => Math.max(-32_768, Math.min(32_767, sample + high[i]!)));
}
