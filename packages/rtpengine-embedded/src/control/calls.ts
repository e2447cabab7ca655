import type { Logger } from '@ringback/runtime';
import { Call, type CallMirror } from '../call/call.ts';
import type { MediaClock } from '../media/clock.ts';
import type { Timeouts } from '../options.ts';
import { CallCounts, type CallEnd } from './call-counts.ts';
import { Refusal } from './refusal.ts';

/** All calls, and when they end by themselves. */
export class Calls {
  readonly counts: CallCounts;
  readonly #calls = new Map<string, Call>();
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
    this.counts.began();
    return call;
  }

  remove(call: Call, how: CallEnd = 'regular'): void {
    this.counts.ended(call, how, this.#clock.unixMs());
    call.close();
    this.#calls.delete(call.id);
    this.#onEnd(call.id);
  }

  /** To be called several times a second: reports, and the end of calls that nobody uses. */
  tick(): void {
    this.counts.tick(this.#calls.values(), this.#clock.nowMs());
    for (const call of this.#calls.values()) {
      call.tick();
      const how = this.#timedOut(call);
      if (!how) continue;
      call.logger.warn({ how, idleSec: Math.round(call.idleMs() / 1000) }, 'call timed out and is freed');
      this.remove(call, how);
    }
  }

  #timedOut(call: Call): CallEnd | undefined {
    const { media, silent, offer, final } = this.#timeouts;
    const idleSec = call.idleMs() / 1000;
    if (this.#clock.unixMs() - call.createdMs >= final * 1000) return 'final timeout';
    if (!call.answered) return idleSec >= offer ? 'offer timeout' : undefined;
    if (call.onHold) return idleSec >= silent ? 'silent timeout' : undefined;
    return idleSec >= media ? 'timeout' : undefined;
  }

  close(): void {
    for (const call of this.all()) this.remove(call, 'forced');
  }
}
