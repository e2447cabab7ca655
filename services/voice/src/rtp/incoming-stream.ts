import { type ReceiveSnapshot, ReceiveStatistics, type ReportBlock, type RtpPacket } from '@ringback/rtp';

const CLOCK_RATE = 8000;

/** What is heard on one call: the statistics of its current source. A new SSRC takes the place of the old one. */
export class IncomingStream {
  readonly #eventPayloadType: number | undefined;
  #statistics: ReceiveStatistics | undefined;

  constructor(eventPayloadType: number | undefined) {
    this.#eventPayloadType = eventPayloadType;
  }

  receive(packet: RtpPacket, nowMs: number): void {
    if (this.#statistics?.ssrc !== packet.ssrc)
      this.#statistics = new ReceiveStatistics({
        ssrc: packet.ssrc,
        clockRate: CLOCK_RATE,
        minSequential: 1,
      });
    // The packets of one event share a timestamp, which says nothing of their delay (RFC 4733 2.5.1.2).
    const timestamp = packet.payloadType === this.#eventPayloadType ? undefined : packet.timestamp;
    this.#statistics.count(packet.sequenceNumber, timestamp, packet.payload.length, nowMs);
  }

  /** The sender reports of the source, which the next report of ours refers to. */
  senderReported(ssrc: number, ntp: { seconds: number; fraction: number }, nowMs: number): void {
    if (this.#statistics?.ssrc === ssrc) this.#statistics.senderReported(ntp, nowMs);
  }

  /** For the next report; empty while nothing was heard. */
  reportBlocks(nowMs: number): ReportBlock[] {
    return this.#statistics ? [this.#statistics.report(nowMs)] : [];
  }

  snapshot(): ReceiveSnapshot | undefined {
    return this.#statistics?.snapshot();
  }
}
