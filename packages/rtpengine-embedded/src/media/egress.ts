import type { ReceiverReport, SenderReport, Ssrc } from '@ringback/rtp';
import { addTimestamp, type ReportBlock, receiverReport, senderReport } from '@ringback/rtp';
import type { PayloadRoute } from '../negotiation/codec-selection.ts';
import { convertLaw } from './law-conversion.ts';
import { SourceSplice } from './source-splice.ts';

const RTP_HEADER = 12;

/** What one endpoint is sent: packets of the other side with the numbers that this one expects. */
export class Egress {
  /** What we are called when we have sent nothing yet, and always towards a browser, which was told this SSRC. */
  readonly ownSsrc: Ssrc;
  /** SSRC of the last packet sent. */
  ssrc: Ssrc | undefined;
  readonly #rewrites: boolean;
  readonly #splice = new SourceSplice();
  #packetCount = 0;
  #octetCount = 0;
  #reportedCount = 0;
  #last: { timestamp: number; atMs: number; clockRate: number } | undefined;

  constructor(ownSsrc: Ssrc, rewrites: boolean) {
    this.ownSsrc = ownSsrc;
    this.#rewrites = rewrites;
  }

  /** Changes a valid packet, in place, into the one to send. */
  rewrite(bytes: Buffer, route: PayloadRoute, nowMs: number): void {
    if (route.convert) convertLaw(bytes, route.convert);
    bytes[1] = (bytes[1]! & 0x80) | route.payloadType;
    if (this.#rewrites) this.#renumber(bytes, route, nowMs);
    const ssrc = bytes.readUInt32BE(8);
    if (ssrc !== this.ssrc) {
      this.ssrc = ssrc;
      this.#packetCount = 0;
      this.#octetCount = 0;
    }
    this.#packetCount++;
    this.#octetCount += bytes.length - RTP_HEADER;
    this.#last = { timestamp: bytes.readUInt32BE(4), atMs: nowMs, clockRate: route.clockRate };
  }

  #renumber(bytes: Buffer, route: PayloadRoute, nowMs: number): void {
    const placed = this.#splice.place(
      {
        sequenceNumber: bytes.readUInt16BE(2),
        timestamp: bytes.readUInt32BE(4),
        ssrc: bytes.readUInt32BE(8),
        clockRate: route.clockRate,
      },
      nowMs,
    );
    // RFC 3551 4.1: the marker says that a talkspurt begins, and the jitter buffer may adapt.
    if (placed.begins && !route.isEvent) bytes[1]! |= 0x80;
    bytes.writeUInt16BE(placed.sequenceNumber, 2);
    bytes.writeUInt32BE(placed.timestamp, 4);
    bytes.writeUInt32BE(this.ownSsrc, 8);
  }

  /** A sender report if anything was sent since the last one, else a receiver report (RFC 3550 6.4). */
  report(reports: readonly ReportBlock[], nowMs: number, unixMs: number): SenderReport | ReceiverReport {
    const last = this.#last;
    const ssrc = this.ssrc ?? this.ownSsrc;
    if (!last || this.#packetCount === this.#reportedCount) return receiverReport(ssrc, reports);
    this.#reportedCount = this.#packetCount;
    return senderReport({
      ssrc,
      unixMs,
      rtpTimestamp: addTimestamp(last.timestamp, Math.round(((nowMs - last.atMs) * last.clockRate) / 1000)),
      packetCount: this.#packetCount,
      octetCount: this.#octetCount,
      reports,
    });
  }
}
