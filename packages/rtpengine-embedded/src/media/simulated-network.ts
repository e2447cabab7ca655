import { fates, type Impairment } from '@ringback/rtp';
import type { MediaClock } from './clock.ts';

/** More packets under way than ten seconds of a call are lost, as in a queue that is full. */
const MAX_UNDER_WAY = 1000;

type UnderWay = { bytes: Buffer; deliver: (bytes: Buffer) => void; arrivalMs: number };

/**
 * A bad stretch of network between an endpoint and us, one way, for testing: what happens to each packet is drawn by chance,
 * the same for the same seed. Packets are its own until they are delivered.
 */
export class SimulatedNetwork {
  readonly #fate: (nowMs: number) => number[];
  readonly #clock: MediaClock;
  /** In the order of arrival. */
  readonly #underWay: UnderWay[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(impairment: Impairment, seed: number, clock: MediaClock) {
    this.#fate = fates(impairment, seed);
    this.#clock = clock;
  }

  carry(bytes: Buffer, deliver: (bytes: Buffer) => void): void {
    for (const [copy, arrivalMs] of this.#fate(this.#clock.nowMs()).entries()) {
      if (this.#underWay.length >= MAX_UNDER_WAY) return;
      // Who gets a packet may change it.
      this.#send({ bytes: copy === 0 ? bytes : Buffer.from(bytes), deliver, arrivalMs });
    }
    this.#deliver();
  }

  #send(packet: UnderWay): void {
    const after = this.#underWay.findLastIndex(({ arrivalMs }) => arrivalMs <= packet.arrivalMs);
    this.#underWay.splice(after + 1, 0, packet);
  }

  #deliver(): void {
    clearTimeout(this.#timer);
    const nowMs = this.#clock.nowMs();
    for (let next = this.#underWay[0]; next && next.arrivalMs <= nowMs; next = this.#underWay[0]) {
      this.#underWay.shift();
      next.deliver(next.bytes);
    }
    const [next] = this.#underWay;
    if (next) this.#timer = setTimeout(() => this.#deliver(), Math.ceil(next.arrivalMs - nowMs));
  }

  /** What is under way is lost. */
  close(): void {
    clearTimeout(this.#timer);
    this.#underWay.length = 0;
  }
}
