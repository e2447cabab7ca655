import type { TimerName } from '@ringback/sip';
import type { Clock } from '../clock.ts';

/** The running timers of one machine, by their letter. */
export class TimerSet<Name extends string = TimerName> {
  readonly #clock: Clock;
  // No Map: thousands of machines wait with one timer each.
  readonly #cancels: Partial<Record<Name, (() => void) | undefined>> = {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Setting a timer again replaces it. */
  set(timer: Name, atMs: number, call: () => void): void {
    this.#cancels[timer]?.();
    const delayMs = Math.max(0, atMs - this.#clock.nowMs());
    this.#cancels[timer] = this.#clock.after(delayMs, () => {
      this.#cancels[timer] = undefined;
      call();
    });
  }

  clear(): void {
    for (const timer in this.#cancels) {
      this.#cancels[timer]?.();
      this.#cancels[timer] = undefined;
    }
  }
}
