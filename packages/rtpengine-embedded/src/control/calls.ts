import type { Logger } from '@ringback/runtime';
import { Call, type CallMirror } from '../call/call.ts';
import type { MediaClock } from '../media/clock.ts';
import { HOLD_TIMEOUT_SEC, OFFER_TIMEOUT_SEC } from '../options.ts';
import { Refusal } from './refusal.ts';

/** All calls, and when they end by themselves. */
export class Calls {
  readonly #calls = new Map<string, Call>();
  readonly #clock: MediaClock;
  readonly #logger: Logger;
  readonly #mediaTimeoutMs: number;
  readonly #mirror: CallMirror | undefined;
  readonly #onEnd: (callId: string) => void;

  constructor(
    clock: MediaClock,
    logger: Logger,
    mediaTimeoutSec: number,
    onEnd: (callId: string) => void,
    mirror?: CallMirror,
  ) {
    this.#mirror = mirror;
    this.#clock = clock;
    this.#onEnd = onEnd;
    this.#logger = logger;
    this.#mediaTimeoutMs = mediaTimeoutSec * 1000;
  }

  get(id: string): Call | undefined {
    return this.#calls.get(id);
  }

  /** @throws Refusal with rtpengine's sentence for commands about a running call. */
  known(id: string): Call {
    const call = this.#calls.get(id);
    if (!call) throw new Refusal('Unknown call-ID');
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

  add(id: string): Call {
    const call = new Call(id, this.#clock, this.#logger, this.#mirror);
    this.#calls.set(id, call);
    return call;
  }

  remove(call: Call): void {
    call.close();
    this.#calls.delete(call.id);
    this.#onEnd(call.id);
  }

  /** To be called several times a second: reports, and the end of calls that nobody uses. */
  tick(): void {
    for (const call of this.#calls.values()) {
      call.tick();
      const limitMs = this.#limitMs(call);
      if (call.idleMs() < limitMs) continue;
      call.logger.warn({ idleSec: limitMs / 1000, answered: call.answered }, 'media timeout, call freed');
      this.remove(call);
    }
  }

  #limitMs(call: Call): number {
    if (!call.answered) return OFFER_TIMEOUT_SEC * 1000;
    return call.onHold ? HOLD_TIMEOUT_SEC * 1000 : this.#mediaTimeoutMs;
  }

  close(): void {
    for (const call of [...this.#calls.values()]) this.remove(call);
  }
}
