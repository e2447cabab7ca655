/** A key that is pressed, or was: one report of a telephone-event (RFC 4733), in samples of our own rate. */
export type KeyReport = {
  /** 0..15 are the DTMF digits. */
  event: number;
  /** Where it began; all reports of one key have the same. */
  position: number;
  /** How long it is so far. */
  durationSamples: number;
  /** -dBm0. */
  volume: number;
  end: boolean;
};

/** The next step of a stream. Positions never jump by themselves: what is missing between two calls was never sent. */
export interface SoundSink {
  /** The samples are the caller's again afterwards. */
  sound(position: number, samples: Int16Array): void;
  key(report: KeyReport): void;
}
