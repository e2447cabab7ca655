import {
  parseRtcp,
  type ReportBlock,
  roundTripMs,
  type Ssrc,
  sourceDescription,
  writeRtcp,
} from '@ringback/rtp';
import type { MediaClock } from '../media/clock.ts';
import type { Egress } from '../media/egress.ts';
import type { Ingress } from '../media/ingress.ts';
import { QualityLog } from './quality.ts';

const REPORT_INTERVAL_MS = 1000;
/** A party silent on RTCP for this long is judged by what we hear for it. */
const NO_REPORT_MS = 5000;

/** The party whose reports these are. */
export interface Reported {
  readonly ingress: Ingress;
  readonly egress: Egress;
  readonly cname: string;
  /** Of the sound it is sent. */
  readonly clockRate: number;
  /** Whom it hears. */
  readonly peer: { readonly reports: RtcpReports } | undefined;
  /** False when there is no way to it. */
  readonly reachable: boolean;
  sendRtcp(bytes: Uint8Array): void;
}

/** RTCP with one party. It ends here: each party gets reports of our own (RFC 3550 7.2, a translator that keeps the payload). */
export class RtcpReports {
  readonly quality = new QualityLog();
  /** SSRC that the party's reports are signed with. */
  reporter: Ssrc | undefined;
  /** Between the party and us, from its last report. */
  legRoundTripMs: number | undefined;
  #heardMs: number;
  #nextMs: number;
  readonly #party: Reported;
  readonly #clock: MediaClock;

  constructor(party: Reported, clock: MediaClock) {
    this.#party = party;
    this.#clock = clock;
    this.#heardMs = clock.nowMs();
    this.#nextMs = clock.nowMs() + REPORT_INTERVAL_MS;
  }

  /** Takes one compound packet of the party. */
  receive(bytes: Buffer): void {
    const { ingress, egress } = this.#party;
    const packets = parseRtcp(bytes);
    if (!packets) {
      ingress.rtcp.errors++;
      return;
    }
    const nowMs = this.#clock.nowMs();
    ingress.countRtcp(bytes, nowMs);
    for (const packet of packets) {
      if (packet.kind === 'sender-report') ingress.senderReported(packet, nowMs);
      if (packet.kind !== 'sender-report' && packet.kind !== 'receiver-report') continue;
      this.reporter = packet.ssrc;
      const about = packet.reports.find((report) => report.ssrc === egress.ssrc);
      if (about) this.#heard(about, nowMs);
    }
  }

  /** How the party hears what we send. */
  #heard(report: ReportBlock, nowMs: number): void {
    this.#heardMs = nowMs;
    this.quality.cumulativeLoss = report.cumulativeLost;
    const leg = roundTripMs(report, this.#clock.ntpMs());
    // A block that answers no report of ours has no round trip: it is no sample.
    if (leg === undefined) return;
    this.legRoundTripMs = leg;
    this.quality.add({
      roundTripMs: leg + (this.#party.peer?.reports.legRoundTripMs ?? 0),
      legRoundTripMs: leg,
      jitterMs: (report.jitter / this.#party.clockRate) * 1000,
      lossPercent: (report.fractionLost / 256) * 100,
      atMs: this.#clock.unixMs(),
    });
  }

  /** To be called several times a second: sends a report when one is due. */
  tick(nowMs: number): void {
    const { ingress, egress, cname, reachable } = this.#party;
    if (nowMs < this.#nextMs || !reachable) return;
    // RFC 3550 6.2: not all in step; a quarter of the interval either way.
    this.#nextMs = nowMs + REPORT_INTERVAL_MS * (0.75 + Math.random() / 2);
    const heard = ingress.report(nowMs);
    if (heard) this.#party.peer?.reports.judgeSilent(heard, this.legRoundTripMs ?? 0, nowMs);
    if (!heard && egress.ssrc === undefined) return;
    const report = egress.report(heard ? [heard] : [], nowMs, this.#clock.ntpMs());
    this.#party.sendRtcp(writeRtcp([report, sourceDescription(report.ssrc, cname)]));
  }

  /** Phones without RTCP: what reaches us of the sound for them is the best that is known about their hearing. */
  judgeSilent(heard: ReportBlock & { clockRate: number }, legRoundTripMs: number, nowMs: number): void {
    if (nowMs - this.#heardMs < NO_REPORT_MS) return;
    this.quality.cumulativeLoss = heard.cumulativeLost;
    this.quality.add({
      roundTripMs: legRoundTripMs,
      legRoundTripMs: 0,
      jitterMs: (heard.jitter / heard.clockRate) * 1000,
      lossPercent: (heard.fractionLost / 256) * 100,
      atMs: this.#clock.unixMs(),
    });
  }
}
