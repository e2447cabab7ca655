import { type SessionTerms, type SessionTimerInput, sessionTimer } from '@ringback/sip';
import type { Clock } from '../clock.ts';

/** What has to be done when it is time. */
export interface SessionTimerUser {
  refresh(intervalSec: number): void;
  expire(): void;
}

/** Up to so much before or after half the interval, as drachtio-server does it. */
const JITTER_MS = 5000;

/** The session timer of one dialog: the machine of RFC 4028 on a clock. */
export class SessionTimer {
  readonly #clock: Clock;
  readonly #user: SessionTimerUser;
  #state = sessionTimer.start;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, user: SessionTimerUser) {
    this.#clock = clock;
    this.#user = user;
  }

  get terms(): SessionTerms {
    return this.#state.terms;
  }

  agree(terms: SessionTerms): void {
    this.#give({ kind: 'agreed', terms, jitterMs: (Math.random() * 2 - 1) * JITTER_MS });
  }

  /** RFC 3261 14.1: after 491 the one who made the call waits longer, so that the two do not meet again. */
  refused(status: number, minSec: number, madeTheCall: boolean): void {
    const retryMs = madeTheCall ? 2100 + Math.random() * 1900 : Math.random() * 2000;
    this.#give({ kind: 'refused', status, minSec, retryMs });
  }

  stop(): void {
    this.#give({ kind: 'stop' });
  }

  #give(input: SessionTimerInput): void {
    const { state, effects } = sessionTimer.step(this.#state, input, this.#clock.nowMs());
    this.#state = state;
    for (const effect of effects) {
      if (effect.kind === 'wake') this.#wakeAt(effect.atMs);
      else if (effect.kind === 'sleep') this.#cancel?.();
      else if (effect.kind === 'refresh') this.#user.refresh(effect.intervalSec);
      else if (effect.kind === 'expire') this.#user.expire();
      else effect satisfies never;
    }
  }

  #wakeAt(atMs: number): void {
    this.#cancel?.();
    const delayMs = Math.max(0, atMs - this.#clock.nowMs());
    this.#cancel = this.#clock.after(delayMs, () => this.#give({ kind: 'timer' }));
  }
}
