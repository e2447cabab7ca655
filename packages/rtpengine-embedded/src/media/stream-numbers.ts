import { addSequence, addTimestamp, type RtpTimestamp, type SequenceNumber, type Ssrc } from '@ringback/rtp';

/** Whom a packet comes from: the SSRC of a peer, or our own player. */
export type Source = Ssrc | 'player';

/**
 * Joins successive sources into one stream for a receiver that knows a single SSRC: when the source changes, numbers go
 * on where they were, and time goes on by what has really passed. Holds the numbers of the packet placed last, so that
 * nothing is allocated for one.
 */
export class StreamNumbers {
  sequenceNumber: SequenceNumber;
  timestamp: RtpTimestamp;
  #source: Source | undefined;
  #sequenceOffset = 0;
  #timestampOffset = 0;
  /** The newest packet; late ones do not move it. */
  #newestSequence: SequenceNumber = 0;
  #newestTimestamp: RtpTimestamp = 0;
  // NaN for none, as a field that may be undefined would box each new value.
  #newestMs = Number.NaN;

  /** `start`: the numbers of the first packet of our own, if nothing was sent before (RFC 3550 5.1: random). */
  constructor(start: number) {
    this.sequenceNumber = start & 0x7fff;
    this.timestamp = start >>> 0;
  }

  /** Takes note of a packet that keeps its numbers. */
  follow(source: Ssrc, sequenceNumber: SequenceNumber, timestamp: RtpTimestamp, nowMs: number): void {
    const begins = source !== this.#source;
    if (begins) this.#source = source;
    this.sequenceNumber = sequenceNumber;
    this.timestamp = timestamp;
    if (begins || this.#isNewest()) this.#keep(nowMs);
  }

  /** Places a packet that has numbers of its own; true for the first one of a source. */
  place(
    source: Ssrc,
    sequenceNumber: SequenceNumber,
    timestamp: RtpTimestamp,
    clockRate: number,
    nowMs: number,
  ): boolean {
    const begins = source !== this.#source;
    if (begins) {
      this.#source = source;
      if (!Number.isNaN(this.#newestMs)) {
        this.#sequenceOffset = this.#newestSequence + 1 - sequenceNumber;
        this.#timestampOffset = this.#timestampOf(clockRate, nowMs) - timestamp;
      }
    }
    this.sequenceNumber = addSequence(sequenceNumber, this.#sequenceOffset);
    this.timestamp = addTimestamp(timestamp, this.#timestampOffset);
    if (begins || this.#isNewest()) this.#keep(nowMs);
    return begins;
  }

  /**
   * The numbers of a packet of our own: the next number, and `advance` timestamp units after the one before. At the
   * beginning of a talkspurt, or after another source, time goes on by what has really passed.
   */
  next(advance: number, isTalkspurt: boolean, clockRate: number, nowMs: number): void {
    const byClock = isTalkspurt || this.#source !== 'player';
    this.#source = 'player';
    if (!Number.isNaN(this.#newestMs)) {
      this.sequenceNumber = addSequence(this.#newestSequence, 1);
      this.timestamp = byClock
        ? addTimestamp(this.#timestampOf(clockRate, nowMs), 0)
        : addTimestamp(this.#newestTimestamp, advance);
    }
    this.#keep(nowMs);
  }

  #isNewest(): boolean {
    return ((this.sequenceNumber - this.#newestSequence) & 0xffff) < 0x8000;
  }

  /** The media time of now. */
  timestampAt(nowMs: number, clockRate: number): RtpTimestamp {
    const elapsedMs = nowMs - this.#newestMs;
    return addTimestamp(this.#newestTimestamp, Math.round((elapsedMs * clockRate) / 1000));
  }

  #timestampOf(clockRate: number, nowMs: number): number {
    const elapsedMs = nowMs - this.#newestMs;
    return this.#newestTimestamp + Math.max(1, Math.round((elapsedMs * clockRate) / 1000));
  }

  /** The packets of a telephone-event share the time of its beginning (RFC 4733 2.5.1.2), which the clock goes on from. */
  #keep(nowMs: number): void {
    this.#newestSequence = this.sequenceNumber;
    if (this.timestamp === this.#newestTimestamp && !Number.isNaN(this.#newestMs)) return;
    this.#newestTimestamp = this.timestamp;
    this.#newestMs = nowMs;
  }
}
