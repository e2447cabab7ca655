import { impairmentOf, mos } from '@ringback/rtp';
import type { NgMosSample, NgSsrcQuality } from '@ringback/rtpengine-ng';

/** What one report says about how a party hears. Times in milliseconds, loss in percent of the last interval. */
export type QualitySample = {
  roundTripMs: number;
  /** Between the party and this engine alone. */
  legRoundTripMs: number;
  jitterMs: number;
  lossPercent: number;
  atMs: number;
  /** Of the sound that is heard. */
  codec: string;
};

/** The progression is thinned out at this length, so that a long call costs no more than a short one. */
const MAX_KEPT = 120;
/** How many of them rtpengine aims at in a reply. */
const TOLD_ENTRIES = 10;

/**
 * One-way delay for the E-model: half of the round trip and a jitter buffer of twice the jitter. The score is that of
 * `mos` in @ringback/rtp (ITU-T G.107, reduced form), for the codec.
 */
function scoreOf({ roundTripMs, jitterMs, lossPercent, codec }: QualitySample): number {
  return mos({ delayMs: roundTripMs / 2 + 2 * jitterMs, lossPercent }, impairmentOf(codec));
}

function describe(sample: QualitySample): NgMosSample {
  return {
    MOS: Math.round(scoreOf(sample) * 10),
    'round-trip time': Math.round(sample.roundTripMs * 1000),
    'round-trip time leg': Math.round(sample.legRoundTripMs * 1000),
    jitter: Math.round(sample.jitterMs),
    'packet loss': Math.floor(sample.lossPercent),
    'reported at': Math.floor(sample.atMs / 1000),
  };
}

/** How one party heard the call so far, in rtpengine's terms. */
export class QualityLog {
  cumulativeLoss = 0;
  #count = 0;
  #sum = { score: 0, roundTripMs: 0, legRoundTripMs: 0, jitterMs: 0, lossPercent: 0 };
  #lowest: QualitySample | undefined;
  #highest: QualitySample | undefined;
  #kept: QualitySample[] = [];
  #everyNth = 1;

  add(sample: QualitySample): void {
    const score = scoreOf(sample);
    this.#sum.score += score;
    this.#sum.roundTripMs += sample.roundTripMs;
    this.#sum.legRoundTripMs += sample.legRoundTripMs;
    this.#sum.jitterMs += sample.jitterMs;
    this.#sum.lossPercent += sample.lossPercent;
    if (!this.#lowest || score < scoreOf(this.#lowest)) this.#lowest = sample;
    if (!this.#highest || score > scoreOf(this.#highest)) this.#highest = sample;
    if (this.#count++ % this.#everyNth === 0) this.#kept.push(sample);
    if (this.#kept.length > MAX_KEPT) {
      this.#kept = this.#kept.filter((_, index) => index % 2 === 0);
      this.#everyNth *= 2;
    }
  }

  /** `undefined` before the first sample. */
  describe(): NgSsrcQuality | undefined {
    if (!this.#lowest || !this.#highest) return undefined;
    const mean = (total: number) => total / this.#count;
    return {
      'cumulative loss': Math.max(0, this.cumulativeLoss),
      'average MOS': {
        MOS: Math.round(mean(this.#sum.score) * 10),
        'round-trip time': Math.round(mean(this.#sum.roundTripMs) * 1000),
        'round-trip time leg': Math.round(mean(this.#sum.legRoundTripMs) * 1000),
        jitter: Math.round(mean(this.#sum.jitterMs)),
        'packet loss': Math.floor(mean(this.#sum.lossPercent)),
        samples: this.#count,
      },
      'lowest MOS': describe(this.#lowest),
      'highest MOS': describe(this.#highest),
      'MOS progression': this.#progression(),
    };
  }

  /** A tenth of the time lies between two entries; `interval` is that in seconds. */
  #progression(): NgSsrcQuality['MOS progression'] {
    const stepMs = ((this.#kept.at(-1)?.atMs ?? 0) - (this.#kept[0]?.atMs ?? 0)) / TOLD_ENTRIES;
    let nextMs = 0;
    const told = this.#kept.filter(({ atMs }) => {
      if (atMs < nextMs) return false;
      nextMs = Math.max(nextMs, atMs) + stepMs;
      return true;
    });
    return { interval: Math.floor(stepMs / 1000), entries: told.map(describe) };
  }
}
