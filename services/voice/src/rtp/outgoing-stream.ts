import { randomInt } from 'node:crypto';
import {
  addSequence,
  addTimestamp,
  type ReportBlock,
  type RtpPacket,
  receiverReport,
  type SequenceNumber,
  senderReport,
  sequenceDistance,
  sourceDescription,
  timestampDistance,
  writeRtcp,
  writeRtp,
} from '@ringback/rtp';
import { PERIOD_MS } from '@ringback/runtime';

const SAMPLES_PER_MS = 8;
const FRAME_SAMPLES = PERIOD_MS * SAMPLES_PER_MS;

/** Where an echo's packets stand against the ones they repeat. */
interface Mirror {
  readonly ssrc: number;
  readonly heardSequence: SequenceNumber;
  readonly heardTimestamp: number;
  readonly sentSequence: SequenceNumber;
  readonly sentTimestamp: number;
}

/**
 * The packets of one synchronization source, with random SSRC, first sequence number and first timestamp
 * (RFC 3550 5.1), and its sender reports.
 */
export class OutgoingStream {
  readonly ssrc = randomInt(2 ** 32);
  readonly #cname = `${randomInt(2 ** 47).toString(36)}@voice`;
  /** Of the next packet. */
  #sequence = randomInt(2 ** 16);
  #timestamp = randomInt(2 ** 32);
  /** RFC 3551 4.1: the first packet after a pause is marked. */
  #marker = true;
  #packets = 0;
  #octets = 0;
  #reportedPackets = 0;
  #last: { timestamp: number; atMs: number } | undefined;
  #mirror: Mirror | undefined;

  get packetsSent(): number {
    return this.#packets;
  }

  /** The next 20 ms. */
  next(payloadType: number, payload: Uint8Array, nowMs: number): Uint8Array {
    const bytes = this.#write({
      payloadType,
      marker: this.#marker,
      sequenceNumber: this.#sequence,
      timestamp: this.#timestamp,
      payload,
      nowMs,
    });
    this.#sequence = addSequence(this.#sequence, 1);
    this.#timestamp = addTimestamp(this.#timestamp, FRAME_SAMPLES);
    this.#marker = false;
    return bytes;
  }

  /** Time passes in which nothing is sent. */
  skip(frames: number): void {
    this.#timestamp = addTimestamp(this.#timestamp, frames * FRAME_SAMPLES);
    this.#marker = true;
  }

  /** A heard packet sent back: its payload, marker, gaps and time steps, under our own SSRC. */
  echo(heard: RtpPacket, nowMs: number): Uint8Array {
    if (this.#mirror?.ssrc !== heard.ssrc) this.#mirror = this.#mirrorOf(heard);
    const mirror = this.#mirror;
    const sequenceNumber = addSequence(
      mirror.sentSequence,
      sequenceDistance(mirror.heardSequence, heard.sequenceNumber),
    );
    const timestamp = addTimestamp(
      mirror.sentTimestamp,
      timestampDistance(mirror.heardTimestamp, heard.timestamp),
    );
    // Where another source would go on.
    this.#sequence = addSequence(sequenceNumber, 1);
    this.#timestamp = addTimestamp(timestamp, FRAME_SAMPLES);
    const marker = heard.marker || this.#packets === 0;
    return this.#write({ ...heard, marker, sequenceNumber, timestamp, nowMs });
  }

  /** A compound report: as a sender when something was sent since the last one (RFC 3550 6.4). */
  report(blocks: readonly ReportBlock[], unixMs: number, nowMs: number): Uint8Array {
    const sending = this.#last !== undefined && this.#packets > this.#reportedPackets;
    this.#reportedPackets = this.#packets;
    return writeRtcp([
      sending ? this.#senderReport(blocks, unixMs, nowMs) : receiverReport(this.ssrc, blocks),
      sourceDescription(this.ssrc, this.#cname),
    ]);
  }

  /** What says that the stream is over (RFC 3550 6.6). */
  goodbye(unixMs: number, nowMs: number): Uint8Array {
    return writeRtcp([
      this.#last ? this.#senderReport([], unixMs, nowMs) : receiverReport(this.ssrc, []),
      sourceDescription(this.ssrc, this.#cname),
      { kind: 'goodbye', ssrcs: [this.ssrc] },
    ]);
  }

  #senderReport(reports: readonly ReportBlock[], unixMs: number, nowMs: number) {
    const sinceLastMs = this.#last ? nowMs - this.#last.atMs : 0;
    return senderReport({
      ssrc: this.ssrc,
      unixMs,
      rtpTimestamp: addTimestamp(this.#last?.timestamp ?? 0, Math.round(sinceLastMs * SAMPLES_PER_MS)),
      packetCount: this.#packets,
      octetCount: this.#octets,
      reports,
    });
  }

  #write({ nowMs, ...packet }: Omit<RtpPacket, 'ssrc'> & { nowMs: number }): Uint8Array {
    this.#packets += 1;
    this.#octets += packet.payload.length;
    this.#last = { timestamp: packet.timestamp, atMs: nowMs };
    const { payloadType, marker, sequenceNumber, timestamp, payload } = packet;
    return writeRtp({ payloadType, marker, sequenceNumber, timestamp, payload, ssrc: this.ssrc });
  }

  #mirrorOf(heard: RtpPacket): Mirror {
    return {
      ssrc: heard.ssrc,
      heardSequence: heard.sequenceNumber,
      heardTimestamp: heard.timestamp,
      sentSequence: this.#sequence,
      sentTimestamp: this.#timestamp,
    };
  }
}
