import type { RtcpPacket } from '@ringback/rtp';
import type { Logger } from '@ringback/runtime';
import type { Codec } from '@ringback/sdp';
import type { MediaClock } from '../media/clock.ts';
import type { Egress } from '../media/egress.ts';
import type { Ingress } from '../media/ingress.ts';
import { Inlet } from '../media/inlet.ts';
import { Outlet } from '../media/outlet.ts';
import type { SimulatedNetwork } from '../media/simulated-network.ts';
import type { CodecOffer } from '../negotiation/codec-selection.ts';
import type { RemoteDescription } from '../negotiation/description.ts';
import { agreed, type Encoding, type PartyFormats } from '../negotiation/payload-routes.ts';
import { Signalling } from '../negotiation/signalling.ts';
import { type Reported, RtcpReports } from '../quality/rtcp-reports.ts';
import { type Measured, SecondLog } from '../quality/second-log.ts';
import type { MediaTransport, TransportEvents } from '../transport/transport.ts';
import { type Forwarding, openForwarding } from './forwarding.ts';

/** Seen from us. */
export type Way = 'to us' | 'from us';

const RETIREMENT_MS = 5000;

/**
 * One endpoint of a call: what it said, its path to us, and its peer. Its packets go
 *
 *     transport -> inlet: count -> taps -> gates -> forwarder -> the peer's outlet: numbering -> the peer's transport
 *
 * and RTCP ends at its reports.
 */
export class Party implements Reported, Measured, TransportEvents {
  /** SIP tag; empty until the answer names it. */
  tag: string;
  readonly viaBranch: string | undefined;
  readonly createdMs: number;
  /** As the option `label` named it. */
  label: string | undefined;
  readonly signalling = new Signalling();
  /** The profile of the audio line towards this party. */
  protocol = 'RTP/AVP';
  /** The formats that this party was shown. */
  shown: readonly Codec[] = [];
  /** What its answer may make of the offer that it got last. */
  codecOffer: CodecOffer | undefined;
  /** How sound for it is made, where it is made here. */
  encoding: Encoding = {};
  #remote: RemoteDescription | undefined;
  /** Whether it said that it sends. */
  sends = false;
  /** Whether it said that it wants to hear. */
  listens = false;
  #peer: Party | undefined;
  /** Why its path is gone. */
  failure: string | undefined;
  strangers = 0;
  readonly inlet: Inlet;
  readonly outlet: Outlet;
  readonly reports: RtcpReports;
  readonly seconds: SecondLog;
  readonly cname: string;
  readonly #closing: (() => void)[] = [];
  #networkToUs: SimulatedNetwork | undefined;
  #retired: { transport: MediaTransport; untilMs: number } | undefined;
  readonly #clock: MediaClock;
  readonly #logger: Logger;

  /** Hears of each RTCP packet that it sends. */
  onRtcp: ((packets: readonly RtcpPacket[]) => void) | undefined;

  constructor(
    identity: { tag: string; viaBranch: string | undefined; ssrc: number },
    clock: MediaClock,
    logger: Logger,
  ) {
    this.tag = identity.tag;
    this.viaBranch = identity.viaBranch;
    this.createdMs = clock.unixMs();
    this.inlet = new Inlet(clock);
    this.outlet = new Outlet(identity.ssrc);
    this.cname = `${identity.ssrc.toString(16)}@ringback`;
    this.#clock = clock;
    this.#logger = logger;
    this.reports = new RtcpReports(this, clock);
    this.seconds = new SecondLog(this, clock);
  }

  rtp(bytes: Buffer): void {
    if (this.#networkToUs) this.#networkToUs.carry(bytes, (arrived) => this.inlet.receive(arrived));
    else this.inlet.receive(bytes);
  }

  rtcp(bytes: Buffer): void {
    if (this.#networkToUs) this.#networkToUs.carry(bytes, (arrived) => this.reports.receive(arrived));
    else this.reports.receive(bytes);
  }

  stranger(reason = 'source address'): void {
    this.strangers++;
    this.ingress.refuse();
    if (this.strangers === 1)
      this.#logger.warn({ tag: this.tag, reason }, 'packets from a stranger are dropped');
  }

  failed(reason: string, path: MediaTransport): void {
    // A retired path may end as it likes.
    if (this.failure || path !== this.transport) return;
    this.failure = reason;
    this.#logger.info({ tag: this.tag, reason }, 'media path ended');
    path.close();
  }

  /** Puts a bad network between it and us, in place of the one before: on the way to us, or from us. */
  simulate(way: Way, network: SimulatedNetwork | undefined): void {
    if (way === 'to us') {
      this.#networkToUs?.close();
      this.#networkToUs = network;
    } else {
      this.outlet.network?.close();
      this.outlet.network = network;
    }
  }

  /** What it said last, by offer or answer. */
  get remote(): RemoteDescription | undefined {
    return this.#remote;
  }

  set remote(remote: RemoteDescription | undefined) {
    const direction = remote?.audio.direction;
    this.#remote = remote;
    this.sends = direction === 'sendrecv' || direction === 'sendonly';
    this.listens = direction === 'sendrecv' || direction === 'recvonly';
    this.#updateAudible();
    if (this.#peer) this.#peer.#updateAudible();
  }

  #updateAudible(): void {
    this.inlet.audible = this.sends && (this.#peer?.listens ?? false);
  }

  /** Whom it hears and who hears it. */
  get peer(): Party | undefined {
    return this.#peer;
  }

  get formats(): PartyFormats {
    return { shown: this.shown, listed: this.#remote?.audio.codecs ?? [] };
  }

  get ingress(): Ingress {
    return this.inlet.ingress;
  }

  get egress(): Egress {
    return this.outlet.egress;
  }

  get transport(): MediaTransport | undefined {
    return this.outlet.transport;
  }

  /** The formats that it takes, the one it likes best first. */
  get takes(): readonly Codec[] {
    return agreed(this.formats);
  }

  /** What a payload type means when it comes: by the numbers that it was shown, or by its own, which some use. */
  formatOf(payloadType: number): Codec | undefined {
    const meant = (codec: Codec) => codec.payloadType === payloadType;
    const { shown, listed } = this.formats;
    return shown.find(meant) ?? listed.find(meant);
  }

  get reachable(): boolean {
    return this.transport !== undefined && !this.failure;
  }

  get clockRate(): number {
    return this.#remote?.audio.codec.clockRate ?? 8000;
  }

  captured(packets: readonly RtcpPacket[]): void {
    this.onRtcp?.(packets);
  }

  /** Of what it sends. */
  get codecName(): string {
    return this.shown[0]?.name ?? '';
  }

  get heardCodecName(): string {
    return this.#remote?.audio.codec.name ?? '';
  }

  sendRtcp(bytes: Uint8Array): void {
    this.outlet.sendRtcp(bytes);
  }

  /**
   * A new path in place of the old one, which stays open for a while: after an ICE restart media still comes on it until
   * the new one works (RFC 8839 4.4.1).
   */
  useTransport(transport: MediaTransport): void {
    const old = this.transport;
    this.#closeRetired();
    this.#retired = old && { transport: old, untilMs: this.#clock.nowMs() + RETIREMENT_MS };
    this.outlet.use(transport);
    this.failure = undefined;
  }

  /** Joins two parties; what was joined to either before is heard no longer. */
  static async join(one: Party, other: Party): Promise<void> {
    const [there, back] = await Promise.all([openForwarding(one, other), openForwarding(other, one)]);
    one.#leave();
    other.#leave();
    one.#speakTo(other, there);
    other.#speakTo(one, back);
  }

  #speakTo(peer: Party, { routes, forwarder }: Forwarding): void {
    this.#peer = peer;
    this.inlet.connect(routes, forwarder);
    this.#updateAudible();
  }

  #leave(): void {
    const peer = this.#peer;
    this.#fallSilent();
    if (peer?.peer === this) peer.#fallSilent();
  }

  #fallSilent(): void {
    this.#peer = undefined;
    this.inlet.disconnect();
  }

  /** To be called several times a second. */
  tick(nowMs: number): void {
    if (this.#retired && nowMs >= this.#retired.untilMs) this.#closeRetired();
    this.reports.tick(nowMs);
    this.seconds.tick(nowMs);
  }

  #closeRetired(): void {
    this.#retired?.transport.close();
    this.#retired = undefined;
  }

  /** What else ends with this party. */
  whenClosed(work: () => void): void {
    this.#closing.push(work);
  }

  close(): void {
    this.reports.goodbye();
    for (const work of this.#closing.splice(0)) work();
    this.simulate('to us', undefined);
    this.simulate('from us', undefined);
    this.#leave();
    this.#closeRetired();
    this.transport?.close();
  }
}
