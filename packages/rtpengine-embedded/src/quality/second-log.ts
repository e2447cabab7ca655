import { impairmentOf, mos } from '@ringback/rtp';
import type { MediaClock } from '../media/clock.ts';
import type { Ingress } from '../media/ingress.ts';
import type { RtcpReports } from './rtcp-reports.ts';

/** One second of what a party sent us on its way to its peer. */
export type Second = {
  /** Unix time at which it was over. */
  atSec: number;
  packets: number;
  lost: number;
  jitterMs: number;
  /** Between the two parties; `undefined` until RTCP has told it. */
  roundTripMs: number | undefined;
  /** `undefined` in a second without packets. */
  mos: number | undefined;
  codec: string;
};

const KEPT_SECONDS = 60;
const SECOND_MS = 1000;

/** The party that sends. */
export interface Measured {
  readonly ingress: Ingress;
  readonly reports: RtcpReports;
  /** Of what it sends. */
  readonly codecName: string;
  /** Who hears it. */
  readonly peer: { readonly reports: RtcpReports } | undefined;
}

/**
 * How one direction of a call fared, second by second of the wall clock: the last minute of it. Loss is the greater of what
 * we missed and what the listener last reported, since each sees its own part of the way; delay is half of the round
 * trip and a jitter buffer of twice the jitter. The score is that of `mos` in @ringback/rtp (ITU-T G.107, reduced form).
 */
export class SecondLog {
  #seconds: readonly Second[] = [];
  #dueMs: number;
  #packetsBefore = 0;
  #source: { ssrc: number; packetsLost: number } | undefined;
  readonly #party: Measured;
  readonly #clock: MediaClock;

  constructor(party: Measured, clock: MediaClock) {
    this.#party = party;
    this.#clock = clock;
    this.#dueMs = this.#nextBorder();
  }

  /** The newest `count` of them, oldest first. */
  last(count: number): readonly Second[] {
    return this.#seconds.slice(-count);
  }

  /** To be called several times a second. */
  tick(nowMs: number): void {
    if (nowMs < this.#dueMs) return;
    this.#dueMs = this.#nextBorder();
    const { ingress, peer } = this.#party;
    const second = this.#measure();
    this.#packetsBefore = ingress.rtp.packets;
    if (!peer) return;
    this.#seconds = [...this.#seconds.slice(1 - KEPT_SECONDS), second];
    peer.reports.judgeSilent(second, ingress.current?.packetsLost ?? 0);
  }

  /** Both directions of a call, and all calls, end their seconds together. */
  #nextBorder(): number {
    return this.#clock.nowMs() + SECOND_MS - (this.#clock.unixMs() % SECOND_MS);
  }

  #measure(): Second {
    const { ingress, reports, peer, codecName } = this.#party;
    const source = ingress.current;
    const packets = ingress.rtp.packets - this.#packetsBefore;
    const lostBefore = this.#source?.ssrc === source?.ssrc ? (this.#source?.packetsLost ?? 0) : 0;
    // Packets that come late make up for losses that have been told already.
    const lost = Math.max(0, (source?.packetsLost ?? 0) - lostBefore);
    this.#source = source;
    const roundTripMs = sumOfKnown(reports.legRoundTripMs, peer?.reports.legRoundTripMs);
    const jitterMs = source?.jitterMs ?? 0;
    const missed = packets + lost === 0 ? 0 : (100 * lost) / (packets + lost);
    const path = {
      delayMs: (roundTripMs ?? 0) / 2 + 2 * jitterMs,
      lossPercent: Math.max(missed, peer?.reports.lossPercent(this.#clock.nowMs()) ?? 0),
    };
    return {
      atSec: Math.floor(this.#clock.unixMs() / SECOND_MS),
      packets,
      lost,
      jitterMs,
      roundTripMs,
      mos: packets === 0 ? undefined : mos(path, impairmentOf(codecName)),
      codec: codecName,
    };
  }
}

function sumOfKnown(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined && other === undefined ? undefined : (one ?? 0) + (other ?? 0);
}
