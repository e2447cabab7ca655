import type { ReceiverReport, SenderReport, Ssrc } from '@ringback/rtp';
import { type ReportBlock, receiverReport, senderReport } from '@ringback/rtp';
import type { NgSsrcCounters } from '@ringback/rtpengine-ng';
import type { PayloadRoute } from '../negotiation/payload-routes.ts';
import { StreamNumbers } from './stream-numbers.ts';

const RTP_HEADER = 12;
const VERSION_2 = 0x80;
const MARKER = 0x80;

/** Sound or an event that we make ourselves: one packet's worth. */
export type OwnFrame = {
  payload: Uint8Array;
  payloadType: number;
  clockRate: number;
  /** How far its timestamp is from the one of the frame before, in units of the clock; 0 within one telephone-event. */
  advance: number;
  /** A talkspurt or an event begins here. */
  marker: boolean;
};

/** What one endpoint is sent: packets of the other side, and our own, with the numbers that this one expects. */
export class Egress {
  /** What we are called when we have sent nothing yet, and always towards a browser, which was told this SSRC. */
  readonly ownSsrc: Ssrc;
  /** SSRC of the last packet sent. */
  ssrc: Ssrc | undefined;
  /** The one SSRC of everything sent; `undefined` while packets keep their sender's numbers. */
  #oneSsrc: Ssrc | undefined;
  readonly #numbers: StreamNumbers;
  #packetCount = 0;
  #octetCount = 0;
  #reportedCount = 0;
  #clockRate = 0;

  constructor(ownSsrc: Ssrc, rewrites: boolean) {
    this.ownSsrc = ownSsrc;
    this.#numbers = new StreamNumbers(ownSsrc);
    this.#oneSsrc = rewrites ? ownSsrc : undefined;
  }

  /** Changes a valid packet, in place, into the one to send. */
  rewrite(bytes: Buffer, route: PayloadRoute, nowMs: number): void {
    bytes[1] = (bytes[1]! & MARKER) | route.payloadType;
    const source = readUint32(bytes, 8);
    const sequenceNumber = (bytes[2]! << 8) | bytes[3]!;
    const timestamp = readUint32(bytes, 4);
    if (this.#oneSsrc === undefined) {
      this.#numbers.follow(source, sequenceNumber, timestamp, nowMs);
    } else {
      const begins = this.#numbers.place(source, sequenceNumber, timestamp, route.clockRate, nowMs);
      // RFC 3551 4.1: the marker says that a talkspurt begins, and the jitter buffer may adapt.
      if (begins && !route.isEvent) bytes[1]! |= MARKER;
      this.#writeNumbers(bytes, this.#oneSsrc);
    }
    this.#count(this.#oneSsrc ?? source, bytes.length, route.clockRate);
  }

  /**
   * A packet of our own, numbered on from what was sent before. From the first one on this endpoint hears one SSRC,
   * so that the other side's packets after it go on from ours.
   */
  inject(frame: OwnFrame, nowMs: number): Buffer {
    this.#oneSsrc ??= this.ssrc ?? this.ownSsrc;
    this.#numbers.next(frame.advance, frame.marker, frame.clockRate, nowMs);
    const bytes = Buffer.allocUnsafe(RTP_HEADER + frame.payload.length);
    bytes[0] = VERSION_2;
    bytes[1] = (frame.marker ? MARKER : 0) | frame.payloadType;
    this.#writeNumbers(bytes, this.#oneSsrc);
    bytes.set(frame.payload, RTP_HEADER);
    this.#count(this.#oneSsrc, bytes.length, frame.clockRate);
    return bytes;
  }

  #writeNumbers(bytes: Buffer, ssrc: Ssrc): void {
    bytes.writeUInt16BE(this.#numbers.sequenceNumber, 2);
    bytes.writeUInt32BE(this.#numbers.timestamp, 4);
    bytes.writeUInt32BE(ssrc, 8);
  }

  #count(ssrc: Ssrc, length: number, clockRate: number): void {
    if (ssrc !== this.ssrc) {
      this.ssrc = ssrc;
      this.#packetCount = 0;
      this.#octetCount = 0;
      this.#reportedCount = 0;
    }
    this.#packetCount++;
    this.#octetCount += length - RTP_HEADER;
    this.#clockRate = clockRate;
  }

  /** What it hears now, as statistics tell it. */
  describe(): NgSsrcCounters[] {
    if (this.ssrc === undefined) return [];
    return [
      {
        SSRC: this.ssrc,
        packets: this.#packetCount,
        bytes: this.#octetCount + RTP_HEADER * this.#packetCount,
        'last RTP timestamp': this.#numbers.timestamp,
        'last RTP seq': this.#numbers.sequenceNumber,
      },
    ];
  }

  /** A sender report if anything was sent since the last one, else a receiver report (RFC 3550 6.4). */
  report(reports: readonly ReportBlock[], nowMs: number, unixMs: number): SenderReport | ReceiverReport {
    const ssrc = this.ssrc ?? this.ownSsrc;
    if (this.#packetCount === this.#reportedCount) return receiverReport(ssrc, reports);
    this.#reportedCount = this.#packetCount;
    return senderReport({
      ssrc,
      unixMs,
      rtpTimestamp: this.#numbers.timestampAt(nowMs, this.#clockRate),
      packetCount: this.#packetCount,
      octetCount: this.#octetCount,
      reports,
    });
  }
}

function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
