import {
  isValidRtp,
  parseRtcp,
  type ReportBlock,
  roundTripMs,
  sourceDescription,
  writeRtcp,
} from '@ringback/rtp';
import type { Logger } from '@ringback/runtime';
import type { Codec } from '@ringback/sdp';
import { Egress } from '../media/egress.ts';
import { Ingress } from '../media/ingress.ts';
import { type PayloadRoute, payloadRoutes } from '../negotiation/codec-selection.ts';
import type { RemoteDescription } from '../negotiation/description.ts';
import { QualityLog } from '../quality/quality.ts';
import type { MediaTransport, TransportEvents } from '../transport/transport.ts';

/**
 * Monotonic time for arrivals and intervals, wall-clock time for replies. `ntpMs` is Unix time as RTCP needs it: finer than
 * a millisecond and never stepping, though it may drift from the wall clock.
 */
export type MediaClock = { nowMs(): number; unixMs(): number; ntpMs(): number };

/** An Ethernet frame; speech needs a tenth of it, and the WebRTC side does not fragment. */
const MAX_PACKET = 1500;
const RETIREMENT_MS = 5000;
const REPORT_INTERVAL_MS = 1000;
/** A party silent on RTCP for this long is judged by what we hear for it. */
const NO_REPORT_MS = 5000;

/**
 * One endpoint of a call: what it said, its path to us, what came from it and what went to it. Packets that it sends go to
 * its `peer`; RTCP ends here, each party gets reports of our own (RFC 3550 7.2, a translator that keeps the payload).
 */
export class Party {
  /** SIP tag; empty until the answer names it. */
  tag: string;
  readonly viaBranch: string | undefined;
  readonly createdMs: number;
  /** The profile of the audio line towards this party. */
  protocol = 'RTP/AVP';
  remote: RemoteDescription | undefined;
  /** The formats that this party was shown. */
  shown: readonly Codec[] = [];
  #transport: MediaTransport | undefined;
  #retired: { transport: MediaTransport; untilMs: number } | undefined;
  peer: Party | undefined;
  /** Why its path is gone. */
  failure: string | undefined;
  strangers = 0;
  readonly ingress = new Ingress();
  egress: Egress;
  readonly cname: string;
  readonly quality = new QualityLog();
  /** SSRC that its reports are signed with. */
  reporter: number | undefined;
  #routes: ReadonlyMap<number, PayloadRoute> = new Map();
  /** Between this party and us, from its last report. */
  legRoundTripMs: number | undefined;
  #heardReportMs: number;
  #nextReportMs: number;
  readonly #clock: MediaClock;
  readonly #logger: Logger;

  constructor(
    identity: { tag: string; viaBranch: string | undefined; ssrc: number },
    clock: MediaClock,
    logger: Logger,
  ) {
    this.tag = identity.tag;
    this.viaBranch = identity.viaBranch;
    this.createdMs = clock.unixMs();
    this.egress = new Egress(identity.ssrc, false);
    this.cname = `${identity.ssrc.toString(16)}@ringback`;
    this.#clock = clock;
    this.#logger = logger;
    this.#heardReportMs = clock.nowMs();
    this.#nextReportMs = clock.nowMs() + REPORT_INTERVAL_MS;
  }

  /** What its transport calls. */
  readonly events: TransportEvents = {
    rtp: (bytes) => this.#receiveRtp(bytes),
    rtcp: (bytes) => this.#receiveRtcp(bytes),
    stranger: () => {
      this.strangers++;
      this.ingress.rtp.errors++;
      if (this.strangers === 1) this.#logger.warn({ tag: this.tag }, 'packets from a stranger are dropped');
    },
    failed: (reason, path) => {
      // A retired path may end as it likes.
      if (this.failure || path !== this.#transport) return;
      this.failure = reason;
      this.#logger.info({ tag: this.tag, reason }, 'media path ended');
      path.close();
    },
  };

  get transport(): MediaTransport | undefined {
    return this.#transport;
  }

  /**
   * A new path in place of the old one. A browser hears one SSRC for the whole call, whoever speaks to it. The old one
   * stays open for a while: after an ICE restart media still comes on it until the new one works (RFC 8839 4.4.1).
   */
  useTransport(transport: MediaTransport): void {
    const old = this.#transport;
    this.#closeRetired();
    this.#retired = old && { transport: old, untilMs: this.#clock.nowMs() + RETIREMENT_MS };
    if (old?.kind !== transport.kind)
      this.egress = new Egress(this.egress.ownSsrc, transport.kind === 'webrtc');
    this.#transport = transport;
    this.failure = undefined;
  }

  /** Joins two parties; what was joined to either before is heard no longer. */
  static join(one: Party, other: Party): void {
    one.#leave();
    other.#leave();
    one.peer = other;
    other.peer = one;
    one.#routes = routesBetween(one, other);
    other.#routes = routesBetween(other, one);
  }

  #leave(): void {
    if (this.peer?.peer === this) this.peer.peer = undefined;
    this.peer = undefined;
  }

  #receiveRtp(bytes: Buffer): void {
    if (bytes.length > MAX_PACKET || !isValidRtp(bytes)) {
      this.ingress.rtp.errors++;
      return;
    }
    const nowMs = this.#clock.nowMs();
    const route = this.#routes.get(bytes[1]! & 0x7f);
    this.ingress.countRtp(bytes, route?.clockRate ?? 8000, route?.isEvent ?? false, nowMs);
    const { peer } = this;
    if (!route || !peer?.transport || !this.sends || !peer.listens) return;
    peer.egress.rewrite(bytes, route, nowMs);
    peer.transport.sendRtp(bytes);
  }

  /** Whether it said that it sends. */
  get sends(): boolean {
    const direction = this.remote?.audio.direction;
    return direction === 'sendrecv' || direction === 'sendonly';
  }

  /** Whether it said that it wants to hear. */
  get listens(): boolean {
    const direction = this.remote?.audio.direction;
    return direction === 'sendrecv' || direction === 'recvonly';
  }

  #receiveRtcp(bytes: Buffer): void {
    const packets = parseRtcp(bytes);
    if (!packets) {
      this.ingress.rtcp.errors++;
      return;
    }
    const nowMs = this.#clock.nowMs();
    this.ingress.countRtcp(bytes, nowMs);
    for (const packet of packets) {
      if (packet.kind === 'sender-report') this.ingress.senderReported(packet, nowMs);
      if (packet.kind !== 'sender-report' && packet.kind !== 'receiver-report') continue;
      this.reporter = packet.ssrc;
      const about = packet.reports.find((report) => report.ssrc === this.egress.ssrc);
      if (about) this.#heardReport(about, nowMs);
    }
  }

  /** How this party hears what we send. */
  #heardReport(report: ReportBlock, nowMs: number): void {
    this.#heardReportMs = nowMs;
    this.quality.cumulativeLoss = report.cumulativeLost;
    const leg = roundTripMs(report, this.#clock.ntpMs());
    // A block that answers no report of ours has no round trip: it is no sample.
    if (leg === undefined) return;
    this.legRoundTripMs = leg;
    this.quality.add({
      roundTripMs: leg + (this.peer?.legRoundTripMs ?? 0),
      legRoundTripMs: leg,
      jitterMs: (report.jitter / this.#clockRate()) * 1000,
      lossPercent: (report.fractionLost / 256) * 100,
      atMs: this.#clock.unixMs(),
    });
  }

  #clockRate(): number {
    return this.remote?.audio.codec.clockRate ?? 8000;
  }

  /** To be called several times a second: sends a report when one is due. */
  tick(): void {
    const nowMs = this.#clock.nowMs();
    if (this.#retired && nowMs >= this.#retired.untilMs) this.#closeRetired();
    if (nowMs < this.#nextReportMs || !this.#transport || this.failure) return;
    // RFC 3550 6.2: not all in step; a quarter of the interval either way.
    this.#nextReportMs = nowMs + REPORT_INTERVAL_MS * (0.75 + Math.random() / 2);
    const heard = this.ingress.report(nowMs);
    if (heard) this.#judgeForSilentPeer(heard, nowMs);
    if (!heard && this.egress.ssrc === undefined) return;
    const report = this.egress.report(heard ? [heard] : [], nowMs, this.#clock.ntpMs());
    this.#transport.sendRtcp(writeRtcp([report, sourceDescription(report.ssrc, this.cname)]));
  }

  /** Phones without RTCP: what reaches us of the sound for them is the best that is known about their hearing. */
  #judgeForSilentPeer(heard: ReportBlock & { clockRate: number }, nowMs: number): void {
    const { peer } = this;
    if (!peer || nowMs - peer.#heardReportMs < NO_REPORT_MS) return;
    peer.quality.cumulativeLoss = heard.cumulativeLost;
    peer.quality.add({
      roundTripMs: this.legRoundTripMs ?? 0,
      legRoundTripMs: 0,
      jitterMs: (heard.jitter / heard.clockRate) * 1000,
      lossPercent: (heard.fractionLost / 256) * 100,
      atMs: this.#clock.unixMs(),
    });
  }

  #closeRetired(): void {
    this.#retired?.transport.close();
    this.#retired = undefined;
  }

  close(): void {
    this.#leave();
    this.#closeRetired();
    this.#transport?.close();
  }
}

function routesBetween(sender: Party, receiver: Party): Map<number, PayloadRoute> {
  return payloadRoutes(sender.shown, sender.remote?.audio.codecs ?? [], receiver.remote?.audio.codecs ?? []);
}
