import { ReceiveStatistics, type ReportBlock, type SenderReport } from '@ringback/rtp';
import type { NgCounters, NgIngressSsrc } from '@ringback/rtpengine-ng';

/** More SSRCs than this from one endpoint is an attack or a fault; the oldest is forgotten. */
const MAX_SOURCES = 8;

type Source = {
  statistics: ReceiveStatistics;
  clockRate: number;
  packets: number;
  bytes: number;
  lastSequence: number;
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
    source.statistics.count(
      source.lastSequence,
      isEvent ? undefined : bytes.readUInt32BE(4),
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
    const source = { statistics, clockRate, packets: 0, bytes: 0, lastSequence: 0 };
    this.#sources.set(ssrc, source);
    return source;
  }

  senderReported(report: SenderReport, nowMs: number): void {
    this.#sources.get(report.ssrc)?.statistics.senderReported(report.ntp, nowMs);
  }

  /** The block about the source that sends now; each call begins a new interval. */
  report(nowMs: number): (ReportBlock & { clockRate: number }) | undefined {
    const source = this.ssrc === undefined ? undefined : this.#sources.get(this.ssrc);
    return source && { ...source.statistics.report(nowMs), clockRate: source.clockRate };
  }

  describe(): NgIngressSsrc[] {
    return [...this.#sources].map(([ssrc, { statistics, packets, bytes, lastSequence }]) => {
      const { packetsLost, jitterMs } = statistics.snapshot();
      return {
        SSRC: ssrc,
        packets,
        bytes,
        'last RTP seq': lastSequence,
        'cumulative loss': packetsLost,
        jitter: Math.round(jitterMs),
      };
    });
  }
}
