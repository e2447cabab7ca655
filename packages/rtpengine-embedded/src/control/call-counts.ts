import type { NgEngineStatistics, NgMosAverage } from '@ringback/rtpengine-ng';
import type { Call } from '../call/call.ts';
import { decimal } from './merged-statistics.ts';

/** How a call ended, or why it never began. */
export type CallEnd =
  | 'regular'
  | 'forced'
  | 'rejected'
  | 'timeout'
  | 'silent timeout'
  | 'offer timeout'
  | 'final timeout';

type Traffic = { packets: number; bytes: number; errors: number };

const NONE: Readonly<Traffic> = { packets: 0, bytes: 0, errors: 0 };
const SECOND_MS = 1000;

/** What `statistics` tells of the calls of one process. */
export class CallCounts {
  readonly #startedMs: number;
  readonly #ends = new Map<CallEnd, number>();
  /** Of calls that are over. */
  readonly #traffic = { ...NONE };
  #durationSec = 0;
  #mos = { total: 0, samples: 0 };
  #streams = { zeroWay: 0, oneWay: 0 };
  #began = 0;
  /** Traffic of all calls when the last second began, and within it. */
  #second = { atMs: 0, traffic: NONE, rate: NONE };

  constructor(nowMs: number) {
    this.#startedMs = nowMs;
    this.#second.atMs = nowMs;
  }

  began(): void {
    this.#began++;
  }

  /** To be told before the call is closed. */
  ended(call: Call, how: CallEnd, unixMs: number): void {
    this.#ends.set(how, (this.#ends.get(how) ?? 0) + 1);
    if (how === 'rejected') return;
    addTraffic(this.#traffic, call);
    this.#durationSec += (unixMs - call.createdMs) / 1000;
    if (call.answered) this.#countDirections(call);
    for (const { reports } of call.parties) this.#countMos(reports.quality.describe()?.['average MOS']);
  }

  #countMos(average: NgMosAverage | undefined): void {
    if (!average) return;
    this.#mos.total += (average.MOS / 10) * average.samples;
    this.#mos.samples += average.samples;
  }

  #countDirections(call: Call): void {
    const speaking = call.parties.filter(({ peer, ingress }) => peer && ingress.rtp.packets > 0).length;
    if (speaking === 0) this.#streams.zeroWay++;
    if (speaking === 1) this.#streams.oneWay++;
  }

  /** To be called several times a second: measures the rates. */
  tick(calls: Iterable<Call>, nowMs: number): void {
    const { atMs, traffic: before } = this.#second;
    if (nowMs - atMs < SECOND_MS) return;
    const traffic = this.#all(calls);
    const perSecond = (name: keyof Traffic) =>
      Math.round(((traffic[name] - before[name]) * 1000) / (nowMs - atMs));
    const rate = { packets: perSecond('packets'), bytes: perSecond('bytes'), errors: perSecond('errors') };
    this.#second = { atMs: nowMs, traffic, rate };
  }

  #all(calls: Iterable<Call>): Traffic {
    const traffic = { ...this.#traffic };
    for (const call of calls) addTraffic(traffic, call);
    return traffic;
  }

  #count(end: CallEnd): number {
    return this.#ends.get(end) ?? 0;
  }

  describe(calls: readonly Call[], nowMs: number): NgEngineStatistics {
    const { rate } = this.#second;
    const traffic = this.#all(calls);
    const over = this.#began - calls.length;
    return {
      currentstatistics: {
        sessionsown: calls.length,
        sessionsforeign: 0,
        sessionstotal: calls.length,
        packetrate: rate.packets,
        byterate: rate.bytes,
        errorrate: rate.errors,
      },
      totalstatistics: {
        uptime: String(Math.floor((nowMs - this.#startedMs) / 1000)),
        managedsessions: over,
        rejectedsessions: this.#count('rejected'),
        timeoutsessions: this.#count('timeout'),
        silenttimeoutsessions: this.#count('silent timeout'),
        finaltimeoutsessions: this.#count('final timeout'),
        offertimeoutsessions: this.#count('offer timeout'),
        regularterminatedsessions: this.#count('regular'),
        forcedterminatedsessions: this.#count('forced'),
        relayedpackets: traffic.packets,
        relayedpacketerrors: traffic.errors,
        relayedbytes: traffic.bytes,
        zerowaystreams: this.#streams.zeroWay,
        onewaystreams: this.#streams.oneWay,
        totalcallsduration: decimal(this.#durationSec),
        avgcallduration: decimal(over > 0 ? this.#durationSec / over : 0),
      },
      mos: {
        mos_total: decimal(this.#mos.total),
        mos_samples_total: this.#mos.samples,
        mos_average: decimal(this.#mos.samples > 0 ? this.#mos.total / this.#mos.samples : 0),
      },
    };
  }
}

function addTraffic(total: Traffic, call: Call): void {
  for (const { ingress } of call.parties) {
    for (const { packets, bytes, errors } of [ingress.rtp, ingress.rtcp]) {
      total.packets += packets;
      total.bytes += bytes;
      total.errors += errors;
    }
  }
}
