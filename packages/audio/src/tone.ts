/** Peak of a sine at 0 dBm0 in 16-bit samples: G.711's overload point 8159 (x4) is +3.17 dBm0 in mu-law. */
const PEAK_0_DBM0 = 8159 * 4 * 10 ** (-3.17 / 20);

/** Peak of a sine at this level, in 16-bit samples. */
export function tonePeak(levelDbm0: number): number {
  return PEAK_0_DBM0 * 10 ** (levelDbm0 / 20);
}

export interface Tone {
  frequencyHz: number;
  durationMs: number;
  /** Default 8000. */
  sampleRate?: number;
  /** Level in dBm0 of G.711 mu-law; +3.17 just clips. Default -10, as test tones are sent. */
  levelDbm0?: number;
  /** Peak in 16-bit units, instead of `levelDbm0`. */
  amplitude?: number;
  /** Index of the first sample: lets a long tone be made piece by piece without a click. */
  startSample?: number;
  /** Phase of sample 0 in turns, 0 to 1. */
  phaseTurns?: number;
}

/** A sine as 16-bit linear samples; `encodeMulaw(tone(...))` is what goes on the line. */
export function tone(o: Tone): Int16Array {
  const sampleRate = o.sampleRate ?? 8000;
  const peak = o.amplitude ?? tonePeak(o.levelDbm0 ?? -10);
  const start = o.startSample ?? 0;
  const out = new Int16Array(Math.round((o.durationMs * sampleRate) / 1000));
  for (let i = 0; i < out.length; i += 1) {
    // Whole turns are taken off before the sine, so that an hour-long tone is as exact as its first second.
    const turns = ((o.frequencyHz * (start + i)) / sampleRate + (o.phaseTurns ?? 0)) % 1;
    out[i] = clip(Math.round(peak * Math.sin(2 * Math.PI * turns)));
  }
  return out;
}

function clip(value: number): number {
  return Math.max(-32_768, Math.min(32_767, value));
}
