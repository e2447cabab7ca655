import {
  AVP_MINIMUM_MS,
  parseRtcp,
  type ReportBlock,
  type RtcpPacket,
  roundTripMs,
  rtcpIntervalMs,
  type Ssrc,
  sourceDescription,
  writeRtcp,
} from '@ringback/rtp';
import type { NgCounters } from '@ringback/rtpengine-ng';
import type { MediaClock } from '../media/clock.ts';
import type { Egress } from '../media/egress.ts';
import type { Ingress } from '../media/ingress.ts';
import { QualityLog } from './quality.ts';
import type { Second } from './second-log.ts';

/** RFC 3550 6.2: 5 % of the session's bandwidth, which is 80 kbit/s for G.711 with its headers. */
const RTCP_BYTES_PER_SEC = 500;
/** RFC 3550 6.2 counts them in. */
const UDP_AND_IP_HEADERS = 28;
const FIRST_GUESS_BYTES = 120;
/** RTP/AVPF has no minimum (RFC 4585 3.5); reports that come more often would tell nothing new. */
const AVPF_MINIMUM_MS = 1000;
/** A party that has said nothing by RTCP for this long is judged by what we hear for it, */
const FIRST_REPORT_MS = 5000;
/** and one that did, after two of the longest intervals. */
const NEXT_REPORT_MS = 15_000;

/** The party whose reports these are. */
export interface Reported {
  readonly ingress: Ingress;
  readonly egress: Egress;
  readonly cname: string;
  /** Of its audio line, such as `RTP/AVPF`. */
  readonly protocol: string;
  /** Of the sound it is sent. */
  readonly clockRate: number;
  /** Of the sound it hears. */
  readonly heardCodecName: string;
  /** Whom it hears. */
  readonly peer: { readonly reports: RtcpReports } | undefined;
  /** False when there is no way to it. */
  readonly reachable: boolean;
  sendRtcp(bytes: Uint8Array): void;
  /** Hears of each compound packet that the party sent. */
  captured(packets: readonly RtcpPacket[]): void;
}

/**
 * RTCP with one party. It ends here: each party gets reports of our own (RFC 3550 7.2, a translator that keeps the
 * payload). Feedback, extended reports and whatever else comes is counted and passed over: no packet is sent twice.
 */
export class RtcpReports {
  readonly quality = new QualityLog();
  readonly sent: NgCounters = { packets: 0, bytes: 0, errors: 0 };
  /** SSRC that the party's reports are signed with. */
  reporter: Ssrc | undefined;
  /** Between the party and us, from its last report. */
  legRoundTripMs: number | undefined;
  readonly #beganMs: number;
  #heardMs: number | undefined;
  #lastLossPercent = 0;
  #nextMs = 0;
  #averageBytes = FIRST_GUESS_BYTES;
  readonly #party: Reported;
  readonly #clock: MediaClock;

  constructor(party: Reported, clock: MediaClock) {
    this.#party = party;
    this.#clock = clock;
    this.#beganMs = clock.nowMs();
  }

  /** Takes one compound packet of the party (RFC 3550 6.1), or one of reduced size (RFC 5506). */
  receive(bytes: Buffer): void {
    const { ingress, egress } = this.#party;
    const packets = parseRtcp(bytes);
    if (!packets) {
      ingress.rtcp.errors++;
      return;
    }
    const nowMs = this.#clock.nowMs();
    ingress.countRtcp(bytes, nowMs);
    this.#measureSize(bytes.length);
    for (const packet of packets) {
      if (packet.kind === 'sender-report') ingress.senderReported(packet, nowMs);
      if (packet.kind !== 'sender-report' && packet.kind !== 'receiver-report') continue;
      this.reporter = packet.ssrc;
      const about = packet.reports.find((report) => report.ssrc === egress.ssrc);
      if (about) this.#heard(about, nowMs);
    }
    this.#party.captured(packets);
  }

  /** How the party hears what we send. */
  #heard(report: ReportBlock, nowMs: number): void {
    this.#heardMs = nowMs;
    this.#lastLossPercent = (report.fractionLost / 256) * 100;
    this.quality.cumulativeLoss = report.cumulativeLost;
    const leg = roundTripMs(report, this.#clock.ntpMs());
    // A block that answers no report of ours has no round trip: it is no sample.
    if (leg === undefined) return;
    this.legRoundTripMs = leg;
    this.quality.add({
      roundTripMs: leg + (this.#party.peer?.reports.legRoundTripMs ?? 0),
      legRoundTripMs: leg,
      jitterMs: (report.jitter / this.#party.clockRate) * 1000,
      lossPercent: this.#lastLossPercent,
      atMs: this.#clock.unixMs(),
      codec: this.#party.heardCodecName,
    });
  }

  /** What the party last said to have lost of the sound it is sent; `undefined` when that was long ago. */
  lossPercent(nowMs: number): number | undefined {
    return this.#heardMs === undefined || this.#isSilent(nowMs) ? undefined : this.#lastLossPercent;
  }

  #isSilent(nowMs: number): boolean {
    if (this.#heardMs === undefined) return nowMs - this.#beganMs >= FIRST_REPORT_MS;
    return nowMs - this.#heardMs >= NEXT_REPORT_MS;
  }

  /** To be called several times a second: sends a report when one is due, the first as soon as there is something to say. */
  tick(nowMs: number): void {
    const { ingress, egress, protocol, reachable } = this.#party;
    if (nowMs < this.#nextMs || !reachable) return;
    if (ingress.ssrc === undefined && egress.ssrc === undefined) return;
    // RFC 3550 6.2: the first report of a session of two need not wait.
    this.#say([], nowMs);
    const session = {
      members: 2,
      senders: 2,
      weSend: true,
      bytesPerSec: RTCP_BYTES_PER_SEC,
      averageBytes: this.#averageBytes,
      minimumMs: protocol.endsWith('AVPF') ? AVPF_MINIMUM_MS : AVP_MINIMUM_MS,
    };
    this.#nextMs = nowMs + rtcpIntervalMs(session, Math.random());
  }

  /** RFC 3550 6.6: to be called before the path to the party closes. Who never said anything just goes. */
  goodbye(): void {
    const { egress, reachable } = this.#party;
    if (this.sent.packets === 0 || !reachable) return;
    this.#say([{ kind: 'goodbye', ssrcs: [egress.ssrc ?? egress.ownSsrc] }], this.#clock.nowMs());
  }

  /** A report, our CNAME, and what may follow them. */
  #say(more: readonly RtcpPacket[], nowMs: number): void {
    const { ingress, egress, cname } = this.#party;
    const heard = ingress.report(nowMs);
    const report = egress.report(heard ? [heard] : [], nowMs, this.#clock.ntpMs());
    const bytes = writeRtcp([report, sourceDescription(report.ssrc, cname), ...more]);
    this.#measureSize(bytes.length);
    this.sent.packets++;
    this.sent.bytes += bytes.length;
    this.#party.sendRtcp(bytes);
  }

  // RFC 3550 6.3.3.
  #measureSize(bytes: number): void {
    this.#averageBytes += (bytes + UDP_AND_IP_HEADERS - this.#averageBytes) / 16;
  }

  /** Phones without RTCP: what reaches us of the sound for them is the best that is known about their hearing. */
  judgeSilent(second: Second, cumulativeLoss: number): void {
    if (second.packets === 0 || !this.#isSilent(this.#clock.nowMs())) return;
    this.quality.cumulativeLoss = cumulativeLoss;
    this.quality.add({
      roundTripMs: second.roundTripMs ?? 0,
      legRoundTripMs: 0,
      jitterMs: second.jitterMs,
      lossPercent: (100 * second.lost) / (second.packets + second.lost),
      atMs: this.#clock.unixMs(),
      codec: second.codec,
    });
  }
}
