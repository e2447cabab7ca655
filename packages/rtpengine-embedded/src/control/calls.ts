import type { Logger } from '@ringback/runtime';
import { Call, type CallMirror } from '../call/call.ts';
import type { MediaClock } from '../media/clock.ts';
import type { Timeouts } from '../options.ts';
import { CallCounts, type CallEnd } from './call-counts.ts';
import { Refusal } from './refusal.ts';
import { Round } from './round.ts';

/** How often `tick` is to be called. */
export const TICK_MS = 25;
/** How often each call has its turn: a wall-clock second ends for it so much late at most. */
const ROUND_MS = 250;

/** All calls, and when they end by themselves. */
export class Calls {
  readonly counts: CallCounts;
  readonly #calls = new Map<string, Call>();
  readonly #round = new Round<Call>(ROUND_MS / TICK_MS);
  readonly #clock: MediaClock;
  readonly #logger: Logger;
  readonly #timeouts: Timeouts;
  readonly #mirror: CallMirror | undefined;
  readonly #onEnd: (callId: string) => void;

  constructor(
    clock: MediaClock,
    logger: Logger,
    timeouts: Timeouts,
    onEnd: (callId: string) => void,
    mirror?: CallMirror,
  ) {
    this.#mirror = mirror;
    this.counts = new CallCounts(clock.nowMs());
    this.#clock = clock;
    this.#onEnd = onEnd;
    this.#logger = logger;
    this.#timeouts = timeouts;
  }

  get(id: string): Call | undefined {
    return this.#calls.get(id);
  }

  /** @throws Refusal. rtpengine spells it `call-ID` for some commands and `call-id` for others. */
  known(id: string, spelling: 'call-ID' | 'call-id' = 'call-ID'): Call {
    const call = this.#calls.get(id);
    if (!call) throw new Refusal(`Unknown ${spelling}`);
    return call;
  }

  /** The oldest first. */
  ids(limit: number): string[] {
    const ids: string[] = [];
    for (const id of this.#calls.keys()) {
      if (ids.length >= limit) break;
      ids.push(id);
    }
    return ids;
  }

  all(): Call[] {
    return [...this.#calls.values()];
  }

  add(id: string): Call {
    const call = new Call(id, this.#clock, this.#logger, this.#mirror);
    this.#calls.set(id, call);
    this.#round.join(call);
    this.counts.began();
    return call;
  }

  remove(call: Call, how: CallEnd = 'regular'): void {
    this.counts.ended(call, how, this.#clock.unixMs());
    call.close();
    this.#calls.delete(call.id);
    this.#round.leave(call);
    this.#onEnd(call.id);
  }

  /** For the calls whose turn it is: reports, and the end of those that nobody uses. */
  tick(): void {
    const nowMs = this.#clock.nowMs();
    this.counts.tick(this.#calls.values(), nowMs);
    for (const call of this.#round.turn()) {
      call.tick(nowMs);
      const how = this.#timedOut(call, nowMs);
      if (!how) continue;
      const idleSec = Math.round(call.idleMs(nowMs) / 1000);
      call.logger.warn({ how, idleSec }, 'call timed out and is freed');
      this.remove(call, how);
    }
  }

  #timedOut(call: Call, nowMs: number): CallEnd | undefined {
    const { media, silent, offer, final } = this.#timeouts;
    const idleSec = call.idleMs(nowMs) / 1000;
    if (this.#clock.unixMs() - call.createdMs >= final * 1000) return 'final timeout';
    if (!call.answered) return idleSec >= offer ? 'offer timeout' : undefined;
    if (call.onHold) return idleSec >= silent ? 'silent timeout' : undefined;
    return idleSec >= media ? 'timeout' : undefined;
  }

  close(): void {
    for (const call of this.all()) this.remove(call, 'forced');
  }
}
