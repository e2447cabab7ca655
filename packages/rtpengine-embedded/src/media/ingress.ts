import { type ReceiveSnapshot, ReceiveStatistics, type ReportBlock, type SenderReport } from '@ringback/rtp';
import type { NgCounters, NgIngressSsrc } from '@ringback/rtpengine-ng';

/** More SSRCs than this from one endpoint is an attack or a fault; the oldest is forgotten. */
const MAX_SOURCES = 8;

type Source = {
  statistics: ReceiveStatistics;
  clockRate: number;
  packets: number;
  bytes: number;
  lastSequence: number;
  lastTimestamp: number;
  /** `packets` at the last report. */
  reportedPackets: number;
};

/** What one endpoint sends us, counted. */
export class Ingress {
  readonly rtp: NgCounters = { packets: 0, bytes: 0, errors: 0 };
  readonly rtcp: NgCounters = { packets: 0, bytes: 0, errors: 0 };
  lastPacketMs: number | undefined;
  /** SSRC of the last RTP packet. */
  ssrc: number | undefined;
  /** The first audio format that came, as it is called in statistics. */
  codec: string | undefined;
  readonly #sources = new Map<number, Source>();

  /** Counts one valid RTP packet. `isEvent` leaves the jitter alone, since all of one event share a timestamp. */
  countRtp(bytes: Buffer, clockRate: number, isEvent: boolean, nowMs: number): void {
    const ssrc = bytes.readUInt32BE(8);
    const source = this.#sources.get(ssrc) ?? this.#addSource(ssrc, clockRate);
    this.ssrc = ssrc;
    this.lastPacketMs = nowMs;
    this.rtp.packets++;
    this.rtp.bytes += bytes.length;
    source.packets++;
    source.bytes += bytes.length;
    source.lastSequence = bytes.readUInt16BE(2);
    source.lastTimestamp = bytes.readUInt32BE(4);
    source.statistics.count(
      source.lastSequence,
      isEvent ? undefined : source.lastTimestamp,
      bytes.length - 12,
      nowMs,
    );
  }

  countRtcp(bytes: Buffer, nowMs: number): void {
    this.lastPacketMs = nowMs;
    this.rtcp.packets++;
    this.rtcp.bytes += bytes.length;
  }

  #addSource(ssrc: number, clockRate: number): Source {
    if (this.#sources.size >= MAX_SOURCES) {
      const oldest = this.#sources.keys().next();
      if (!oldest.done) this.#sources.delete(oldest.value);
    }
    // The latch has proved the sender already, so the first packet counts.
    const statistics = new ReceiveStatistics({ ssrc, clockRate, minSequential: 1 });
    const source = {
      ...{ statistics, clockRate, packets: 0, bytes: 0 },
      ...{ lastSequence: 0, lastTimestamp: 0, reportedPackets: 0 },
    };
    this.#sources.set(ssrc, source);
    return source;
  }

  senderReported(report: SenderReport, nowMs: number): void {
    this.#sources.get(report.ssrc)?.statistics.senderReported(report.ntp, nowMs);
  }

  /** What is known of the source that sends now. */
  get current(): ReceiveSnapshot | undefined {
    return this.#currentSource()?.statistics.snapshot();
  }

  #currentSource(): Source | undefined {
    return this.ssrc === undefined ? undefined : this.#sources.get(this.ssrc);
  }

  /** The block about the source that sends now; each call begins a new interval, and one without packets has none (RFC 3550 6.4). */
  report(nowMs: number): ReportBlock | undefined {
    const source = this.#currentSource();
    if (!source || source.packets === source.reportedPackets) return undefined;
    source.reportedPackets = source.packets;
    return source.statistics.report(nowMs);
  }

  describe(): NgIngressSsrc[] {
    return [...this.#sources].map(([ssrc, source]) => {
      const { packetsLost, jitterMs } = source.statistics.snapshot();
      return {
        SSRC: ssrc,
        packets: source.packets,
        bytes: source.bytes,
        'last RTP timestamp': source.lastTimestamp,
        'last RTP seq': source.lastSequence,
        'cumulative loss': Math.max(0, packetsLost),
        jitter: Math.round(jitterMs),
      };
    });
  }
}
