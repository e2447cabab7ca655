/** 30 ms at 8 kHz: room for a pitch period and what it is compared with. */
const HISTORY = 240;
/** Periods of 66 to 200 Hz, at 8 kHz. */
const SHORTEST_PERIOD = 40;
const LONGEST_PERIOD = 120;
/** A lost 10 ms is as loud as what was before it; then it fades, and is silent after 60 ms, as in G.711 Appendix I. */
const FULL = 80;
const SILENT = 480;

/**
 * Sound in place of a lost packet, at 8 kHz: the last pitch period goes on and fades away. For codecs that have no
 * concealment of their own.
 */
export class Concealment {
  readonly #history = new Int16Array(HISTORY);
  /** Samples made up since the last real ones. */
  #concealed = 0;
  #period = 0;

  /** Real sound, in order. */
  heard(samples: Int16Array): void {
    const kept = samples.subarray(Math.max(0, samples.length - HISTORY));
    this.#history.copyWithin(0, kept.length);
    this.#history.set(kept, HISTORY - kept.length);
    this.#concealed = 0;
  }

  conceal(count: number): Int16Array {
    if (this.#concealed === 0) this.#period = periodOf(this.#history);
    const begin = HISTORY - this.#period;
    return Int16Array.from({ length: count }, () => {
      const at = this.#concealed++;
      if (at >= SILENT) return 0;
      const gain = at < FULL ? 1 : 1 - (at - FULL) / (SILENT - FULL);
      return this.#history[begin + (at % this.#period)]! * gain;
    });
  }
}

/** The lag at which the end of `samples` looks most like what was before it. */
function periodOf(samples: Int16Array): number {
  const compared = samples.length - LONGEST_PERIOD;
  let best = LONGEST_PERIOD;
  let bestScore = 0;
  for (let lag = SHORTEST_PERIOD; lag <= LONGEST_PERIOD; lag++) {
    let product = 0;
    let energy = 1;
    for (let i = samples.length - compared; i < samples.length; i++) {
      product += samples[i]! * samples[i - lag]!;
      energy += samples[i - lag]! ** 2;
    }
    const score = product / Math.sqrt(energy);
    if (score > bestScore) [best, bestScore] = [lag, score];
  }
  return best;
}
