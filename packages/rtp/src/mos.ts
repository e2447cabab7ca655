/** Equipment impairment of a codec: `ie` without loss, `bpl` its robustness against packet loss (ITU-T G.113 App. I). */
export type CodecImpairment = { ie: number; bpl: number };

/** G.711 with packet loss concealment (G.113 App. I: Ie 0, Bpl 25.1), which browsers and phones have. */
export const G711_IMPAIRMENT: CodecImpairment = { ie: 0, bpl: 25.1 };

/**
 * Opus at speech bit rates with in-band FEC, which browsers send. ITU-T lists no values for it on the narrow-band scale
 * of G.107: it is taken to be as good as G.711 without loss (a mean opinion score there ends at 4.4 for both) and a
 * little less robust, since what FEC cannot repair sounds worse. An estimate, good for comparing calls.
 */
export const OPUS_IMPAIRMENT: CodecImpairment = { ie: 0, bpl: 20 };

/** By the name of its `a=rtpmap`; what is not known is taken for G.711. */
export function impairmentOf(codecName: string): CodecImpairment {
  return codecName.toLowerCase() === 'opus' ? OPUS_IMPAIRMENT : G711_IMPAIRMENT;
}

/** What the listener's side is like: one-way delay mouth to ear and packets lost, 0..100. */
export type PathQuality = { delayMs: number; lossPercent: number };

/**
 * Transmission rating R of the reduced E-model (ITU-T G.107), 0..93.2:
 *
 *     R      = 93.2 - Id - Ie,eff
 *     Id     = 0.024 d + 0.11 (d - 177.3) H(d - 177.3)          d: one-way delay in ms, H: 0 below zero, else 1
 *     Ie,eff = Ie + (95 - Ie) Ppl / (Ppl + Bpl)                 Ppl: loss in percent, taken as random (BurstR 1)
 */
export function ratingR(path: PathQuality, codec: CodecImpairment = G711_IMPAIRMENT): number {
  const delayMs = Math.max(0, path.delayMs);
  const loss = Math.min(100, Math.max(0, path.lossPercent));
  const delayImpairment = 0.024 * delayMs + (delayMs > 177.3 ? 0.11 * (delayMs - 177.3) : 0);
  const equipment = codec.ie + ((95 - codec.ie) * loss) / (loss + codec.bpl);
  return Math.max(0, 93.2 - delayImpairment - equipment);
}

/** Mean opinion score, 1..4.5: MOS = 1 + 0.035 R + 7e-6 R (R - 60) (100 - R) (ITU-T G.107 Annex B). */
export function mosOfRating(rating: number): number {
  if (rating <= 0) return 1;
  if (rating >= 100) return 4.5;
  // Near zero the polynomial dips just below 1.
  return Math.max(1, 1 + 0.035 * rating + 7e-6 * rating * (rating - 60) * (100 - rating));
}

/** MOS of a path, 1..4.41, by `ratingR` and `mosOfRating`. */
export function mos(path: PathQuality, codec: CodecImpairment = G711_IMPAIRMENT): number {
  return mosOfRating(ratingR(path, codec));
}
