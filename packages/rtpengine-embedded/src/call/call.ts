import type { RtcpPacket } from '@ringback/rtp';
import type { Logger } from '@ringback/runtime';
import type { MediaClock } from '../media/clock.ts';
import type { TransportKind } from '../transport/transport.ts';
import { CallGates } from './call-gates.ts';
import { Party } from './party.ts';

/** Hears of each RTCP packet of a call's parties. */
export type CallMirror = (call: Call, party: Party, packets: readonly RtcpPacket[]) => void;

/** One call as its SIP Call-ID names it: an offerer and those who were offered. */
export class Call {
  readonly id: string;
  readonly createdMs: number;
  readonly logger: Logger;
  /** Unix time of the last offer or answer. */
  lastSignalMs: number;
  /** Monotonic time of the same. */
  #signalledMs: number;
  readonly parties: Party[] = [];
  readonly gates = new CallGates();
  readonly #closing: (() => void)[] = [];
  readonly #clock: MediaClock;
  readonly #mirror: CallMirror | undefined;

  constructor(id: string, clock: MediaClock, logger: Logger, mirror?: CallMirror) {
    this.id = id;
    this.#clock = clock;
    this.#mirror = mirror;
    this.logger = logger.child({ callId: id });
    this.createdMs = clock.unixMs();
    this.lastSignalMs = this.createdMs;
    this.#signalledMs = clock.nowMs();
  }

  signalled(): void {
    this.lastSignalMs = this.#clock.unixMs();
    this.#signalledMs = this.#clock.nowMs();
  }

  party(tag: string): Party | undefined {
    return this.parties.find((party) => party.tag === tag);
  }

  /** Parties that were offered and have no name yet, the newest first. */
  unnamed(kind: TransportKind, viaBranch: string | undefined): Party | undefined {
    const waiting = this.parties
      .filter((party) => party.tag === '' && party.transport?.kind === kind)
      .reverse();
    if (viaBranch === undefined) return waiting[0];
    return (
      waiting.find((party) => party.viaBranch === viaBranch) ?? waiting.find((party) => !party.viaBranch)
    );
  }

  /** Whom an offer of `from` without a to-tag is for, when it comes again: the same branch, or nobody named yet. */
  offered(from: Party, kind: TransportKind, viaBranch: string | undefined): Party | undefined {
    const same = this.parties.find((party) => {
      return party !== from && party.viaBranch === viaBranch && party.transport?.kind === kind;
    });
    return same ?? (viaBranch === undefined ? this.unnamed(kind, viaBranch) : undefined);
  }

  addParty(tag: string, viaBranch: string | undefined): Party {
    // Never 0, which some receivers take for none.
    const ssrc = 1 + Math.floor(Math.random() * 0xfffffffe);
    const party = new Party({ tag, viaBranch, ssrc }, this.#clock, this.logger);
    const mirror = this.#mirror;
    if (mirror) party.onRtcp = (packets) => mirror(this, party, packets);
    this.parties.push(party);
    this.gates.apply(party);
    return party;
  }

  removeParty(party: Party): void {
    party.close();
    this.gates.forget(party);
    this.parties.splice(this.parties.indexOf(party), 1);
  }

  /** True once two parties hear each other. */
  get answered(): boolean {
    return this.parties.some((party) => party.peer !== undefined);
  }

  /** True when somebody said that it does not send, or does not listen: then silence is no sign of a fault. */
  get onHold(): boolean {
    return this.parties.some((party) => party.peer !== undefined && !(party.sends && party.listens));
  }

  /** Milliseconds without a packet from anybody and without a command. */
  idleMs(nowMs: number): number {
    let lastMs = this.#signalledMs;
    for (const { ingress } of this.parties) lastMs = Math.max(lastMs, ingress.lastPacketMs ?? 0);
    return nowMs - lastMs;
  }

  tick(nowMs: number): void {
    for (const party of this.parties) party.tick(nowMs);
  }

  /** What else ends with this call. */
  whenClosed(work: () => void): void {
    this.#closing.push(work);
  }

  close(): void {
    for (const work of this.#closing.splice(0)) work();
    for (const party of this.parties) party.close();
  }
}
