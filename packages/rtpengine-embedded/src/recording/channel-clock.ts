import { timestampDistance } from '@ringback/rtp';
import { SAMPLE_RATE } from './stereo-timeline.ts';

/** Further from when it came than this, and a packet's timestamp no longer says when it was spoken. */
const MAX_DEVIATION = 0.4 * SAMPLE_RATE;

type Anchor = { ssrc: number; timestamp: number; clockRate: number; sample: number };

/**
 * When the sound of each packet of one party was spoken, on the clock of a recording. The RTP timestamp counts from the first
 * packet of its source, so that jitter is not heard; after a jump of either clock it counts from when the packet came.
 */
export class ChannelClock {
  #anchor: Anchor | undefined;

  /** The sample to begin at, for a packet that came at `arrival`. */
  place(ssrc: number, timestamp: number, clockRate: number, arrival: number): number {
    const anchor = this.#anchor;
    if (anchor?.ssrc === ssrc && anchor.clockRate === clockRate) {
      const elapsed = timestampDistance(anchor.timestamp, timestamp);
      const sample = anchor.sample + Math.round((elapsed * SAMPLE_RATE) / clockRate);
      if (Math.abs(sample - arrival) <= MAX_DEVIATION) return sample;
    }
    this.#anchor = { ssrc, timestamp, clockRate, sample: arrival };
    return arrival;
  }
}
