import type { TimerName } from '@ringback/sip';
import type { Clock } from '../clock.ts';

/** The running timers of one machine, by their letter. */
export class TimerSet<Name extends string = TimerName> {
  readonly #clock: Clock;
  readonly #cancels = new Map<Name, () => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Setting a timer again replaces it. */
  set(timer: Name, atMs: number, call: () => void): void {
    this.#cancels.get(timer)?.();
    const delayMs = Math.max(0, atMs - this.#clock.nowMs());
    const cancel = this.#clock.after(delayMs, () => {
      this.#cancels.delete(timer);
      call();
    });
    this.#cancels.set(timer, cancel);
  }

  clear(): void {
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }
}
