import { compactNtp, type NtpTime } from './ntp-time.ts';
import type { RtpPacket } from './packet.ts';
import type { ReportBlock } from './rtcp.ts';
import type { Ssrc } from './sequence.ts';

// RFC 3550 A.1.
const SEQUENCE_MODULUS = 1 << 16;
const MAX_DROPOUT = 3000;
const MAX_MISORDER = 100;
const MIN_SEQUENTIAL = 2;

/** What became of a packet: counted, waiting for the source to prove itself, or out of all sequence. */
export type ReceiveVerdict = 'valid' | 'probation' | 'invalid';

export type ReceiveSnapshot = {
  ssrc: Ssrc;
  packetsReceived: number;
  packetsExpected: number;
  /** Expected minus received: duplicates can make it negative. */
  packetsLost: number;
  /** RTP payload bytes. */
  octetsReceived: number;
  /** Interarrival jitter (RFC 3550 6.4.1). */
  jitterMs: number;
  extendedHighestSequence: number;
};

/**
 * What one source's packets say about the path to us: sequence validation (RFC 3550 A.1), loss (A.3), jitter (A.8).
 * Make one per SSRC. Reads no clock: arrival times come in, from any monotonic or wall clock, always the same one.
 */
export class ReceiveStatistics {
  readonly ssrc: Ssrc;
  readonly #samplesPerMs: number;
  readonly #minSequential: number;
  #probation: number;
  #started = false;
  #baseSequence = 0;
  #maxSequence = 0;
  #badSequence = -1;
  #cycles = 0;
  #received = 0;
  #octets = 0;
  #expectedPrior = 0;
  #receivedPrior = 0;
  // NaN for none, as a field that may be undefined would box each new value.
  #lastTransit = Number.NaN;
  #jitter = 0;
  #senderReport: { compact: number; atMs: number } | undefined;

  /** `minSequential`: how many packets in a row make a source valid; 1 where the sender is known already. */
  constructor(source: { ssrc: Ssrc; clockRate: number; minSequential?: number }) {
    this.ssrc = source.ssrc;
    this.#samplesPerMs = source.clockRate / 1000;
    this.#minSequential = source.minSequential ?? MIN_SEQUENTIAL;
    this.#probation = this.#minSequential;
  }

  receive(
    packet: Pick<RtpPacket, 'sequenceNumber' | 'timestamp' | 'payload'>,
    nowMs: number,
  ): ReceiveVerdict {
    return this.count(packet.sequenceNumber, packet.timestamp, packet.payload.length, nowMs);
  }

  /**
   * The same as `receive`, for relays that do not parse the whole packet. Without a timestamp the jitter is left alone:
   * the packets of one telephone-event share a timestamp, which is not a delay.
   */
  count(
    sequenceNumber: number,
    timestamp: number | undefined,
    octets: number,
    nowMs: number,
  ): ReceiveVerdict {
    const verdict = this.#updateSequence(sequenceNumber);
    if (verdict === 'valid') {
      this.#octets += octets;
      if (timestamp !== undefined) this.#updateJitter(timestamp, nowMs);
    }
    return verdict;
  }

  /** To be told of each sender report of this source: LSR and DLSR of our report blocks come from it. */
  senderReported(ntp: NtpTime, nowMs: number): void {
    this.#senderReport = { compact: compactNtp(ntp), atMs: nowMs };
  }

  #restart(sequence: number): void {
    this.#baseSequence = sequence;
    this.#maxSequence = sequence;
    this.#badSequence = -1;
    this.#cycles = 0;
    this.#received = 0;
    this.#octets = 0;
    this.#receivedPrior = 0;
    this.#expectedPrior = 0;
    this.#lastTransit = Number.NaN;
  }

  // RFC 3550 A.1, update_seq.
  #updateSequence(sequence: number): ReceiveVerdict {
    if (!this.#started) {
      this.#started = true;
      this.#restart(sequence);
      this.#maxSequence = (sequence - 1) & 0xffff;
    }
    const delta = (sequence - this.#maxSequence) & 0xffff;
    if (this.#probation > 0) return this.#probe(sequence, delta);
    if (delta < MAX_DROPOUT) {
      if (sequence < this.#maxSequence) this.#cycles += SEQUENCE_MODULUS;
      this.#maxSequence = sequence;
    } else if (delta <= SEQUENCE_MODULUS - MAX_MISORDER) {
      // A very large jump: two such packets in a row mean that the other side has restarted.
      if (sequence !== this.#badSequence) {
        this.#badSequence = (sequence + 1) & 0xffff;
        return 'invalid';
      }
      this.#restart(sequence);
    }
    this.#received++;
    return 'valid';
  }

  #probe(sequence: number, delta: number): ReceiveVerdict {
    this.#maxSequence = sequence;
    this.#probation = delta === 1 ? this.#probation - 1 : this.#minSequential - 1;
    if (this.#probation > 0) return 'probation';
    this.#restart(sequence);
    this.#received++;
    return 'valid';
  }

  // RFC 3550 A.8, in floating point: J += (|D| - J) / 16.
  #updateJitter(timestamp: number, nowMs: number): void {
    const transit = nowMs * this.#samplesPerMs - timestamp;
    if (!Number.isNaN(this.#lastTransit)) {
      // The timestamp wraps at 2^32; a difference near that is a wrap, not a delay.
      const step = transit - this.#lastTransit;
      const distance = Math.abs(step - Math.round(step / 2 ** 32) * 2 ** 32);
      this.#jitter += (distance - this.#jitter) / 16;
    }
    this.#lastTransit = transit;
  }

  #expected(): number {
    return this.#received === 0 ? 0 : this.#cycles + this.#maxSequence - this.#baseSequence + 1;
  }

  /** The block about this source for the next report (RFC 3550 A.3); each call begins a new interval. */
  report(nowMs: number): ReportBlock {
    const expected = this.#expected();
    const expectedInterval = expected - this.#expectedPrior;
    const lostInterval = expectedInterval - (this.#received - this.#receivedPrior);
    this.#expectedPrior = expected;
    this.#receivedPrior = this.#received;
    const lossy = expectedInterval > 0 && lostInterval > 0;
    const heard = this.#senderReport;
    return {
      ssrc: this.ssrc,
      fractionLost: lossy ? Math.min(255, Math.floor((lostInterval * 256) / expectedInterval)) : 0,
      cumulativeLost: expected - this.#received,
      extendedHighestSequence: this.#cycles + this.#maxSequence,
      jitter: Math.floor(this.#jitter),
      lastSenderReport: heard?.compact ?? 0,
      delaySinceLastSenderReport: heard ? Math.round(((nowMs - heard.atMs) / 1000) * 65536) >>> 0 : 0,
    };
  }

  snapshot(): ReceiveSnapshot {
    const expected = this.#expected();
    return {
      ssrc: this.ssrc,
      packetsReceived: this.#received,
      packetsExpected: expected,
      packetsLost: expected - this.#received,
      octetsReceived: this.#octets,
      jitterMs: this.#jitter / this.#samplesPerMs,
      extendedHighestSequence: this.#cycles + this.#maxSequence,
    };
  }
}
