import {
  type ReceiveSnapshot,
  ReceiveStatistics,
  type ReportBlock,
  type SenderReport,
  type Ssrc,
} from '@ringback/rtp';
import type { NgCounters, NgIngressSsrc } from '@ringback/rtpengine-ng';

/** More SSRCs than this from one endpoint is an attack or a fault; the oldest is forgotten. */
const MAX_SOURCES = 8;

/** One SSRC, counted. A class, since every packet comes here and objects put together from others differ in shape. */
class Source {
  readonly ssrc: Ssrc;
  readonly statistics: ReceiveStatistics;
  packets = 0;
  bytes = 0;
  lastSequence = 0;
  lastTimestamp = 0;
  /** `packets` at the last report. */
  reportedPackets = 0;

  constructor(ssrc: Ssrc, clockRate: number) {
    this.ssrc = ssrc;
    // The latch has proved the sender already, so the first packet counts.
    this.statistics = new ReceiveStatistics({ ssrc, clockRate, minSequential: 1 });
  }

  count(bytes: Buffer, isEvent: boolean, nowMs: number): void {
    this.packets++;
    this.bytes += bytes.length;
    this.lastSequence = bytes.readUInt16BE(2);
    this.lastTimestamp = bytes.readUInt32BE(4);
    const timestamp = isEvent ? undefined : this.lastTimestamp;
    this.statistics.count(this.lastSequence, timestamp, bytes.length - 12, nowMs);
  }
}

/** What one endpoint sends us, counted. */
export class Ingress {
  #errors = 0;
  /** Of SSRCs that are no longer kept. */
  readonly #forgotten = { packets: 0, bytes: 0 };
  readonly rtcp: NgCounters = { packets: 0, bytes: 0, errors: 0 };
  // NaN for none, as a field that may be undefined would box each new value.
  #lastPacketMs = Number.NaN;
  /** The one that sends now. */
  #current: Source | undefined;
  /** The first audio format that came, as it is called in statistics. */
  codec: string | undefined;
  readonly #sources = new Map<number, Source>();

  get lastPacketMs(): number | undefined {
    return Number.isNaN(this.#lastPacketMs) ? undefined : this.#lastPacketMs;
  }

  /** SSRC of the last RTP packet. */
  get ssrc(): Ssrc | undefined {
    return this.#current?.ssrc;
  }

  /** Of all SSRCs. */
  get rtp(): NgCounters {
    let { packets, bytes } = this.#forgotten;
    for (const source of this.#sources.values()) {
      packets += source.packets;
      bytes += source.bytes;
    }
    return { packets, bytes, errors: this.#errors };
  }

  /** Counts a packet that was no RTP, or of a stranger. */
  refuse(): void {
    this.#errors++;
  }

  /** Counts one valid RTP packet. `isEvent` leaves the jitter alone, since all of one event share a timestamp. */
  countRtp(bytes: Buffer, clockRate: number, isEvent: boolean, nowMs: number): void {
    const ssrc = bytes.readUInt32BE(8);
    let source = this.#current;
    if (source?.ssrc !== ssrc) {
      source = this.#sources.get(ssrc) ?? this.#addSource(ssrc, clockRate);
      this.#current = source;
    }
    this.#lastPacketMs = nowMs;
    source.count(bytes, isEvent, nowMs);
  }

  countRtcp(bytes: Buffer, nowMs: number): void {
    this.#lastPacketMs = nowMs;
    this.rtcp.packets++;
    this.rtcp.bytes += bytes.length;
  }

  #addSource(ssrc: Ssrc, clockRate: number): Source {
    if (this.#sources.size >= MAX_SOURCES) this.#forgetOldest();
    const source = new Source(ssrc, clockRate);
    this.#sources.set(ssrc, source);
    return source;
  }

  #forgetOldest(): void {
    const [oldest] = this.#sources.values();
    if (!oldest) return;
    this.#sources.delete(oldest.ssrc);
    this.#forgotten.packets += oldest.packets;
    this.#forgotten.bytes += oldest.bytes;
  }

  senderReported(report: SenderReport, nowMs: number): void {
    this.#sources.get(report.ssrc)?.statistics.senderReported(report.ntp, nowMs);
  }

  /** What is known of the source that sends now. */
  get current(): ReceiveSnapshot | undefined {
    return this.#current?.statistics.snapshot();
  }

  /** The block about the source that sends now; each call begins a new interval, and one without packets has none (RFC 3550 6.4). */
  report(nowMs: number): ReportBlock | undefined {
    const source = this.#current;
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
