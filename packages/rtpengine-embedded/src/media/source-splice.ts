import { addSequence, addTimestamp, type RtpTimestamp, type SequenceNumber, type Ssrc } from '@ringback/rtp';

type RtpPosition = { sequenceNumber: SequenceNumber; timestamp: RtpTimestamp };

/**
 * Joins successive sources into one stream for a receiver that knows a single SSRC: when the source changes, numbers go
 * on where they were, and time goes on by what has really passed.
 */
export class SourceSplice {
  #source: Ssrc | undefined;
  #sequenceOffset = 0;
  #timestampOffset = 0;
  #last: (RtpPosition & { atMs: number }) | undefined;

  /** Numbers to send a packet with; `begins` is true for the first one of a source. */
  place(
    packet: RtpPosition & { ssrc: Ssrc; clockRate: number },
    nowMs: number,
  ): RtpPosition & { begins: boolean } {
    const begins = packet.ssrc !== this.#source;
    if (begins) {
      this.#source = packet.ssrc;
      const last = this.#last;
      if (last) {
        const elapsed = Math.max(1, Math.round(((nowMs - last.atMs) * packet.clockRate) / 1000));
        this.#sequenceOffset = last.sequenceNumber + 1 - packet.sequenceNumber;
        this.#timestampOffset = last.timestamp + elapsed - packet.timestamp;
      }
    }
    const sequenceNumber = addSequence(packet.sequenceNumber, this.#sequenceOffset);
    const timestamp = addTimestamp(packet.timestamp, this.#timestampOffset);
    // Late packets are placed too, but the stream goes on from its newest.
    if (begins || !this.#last || ((sequenceNumber - this.#last.sequenceNumber) & 0xffff) < 0x8000) {
      this.#last = { sequenceNumber, timestamp, atMs: nowMs };
    }
    return { sequenceNumber, timestamp, begins };
  }
}
