import type { Clock } from '../clock.ts';

/**
 * Ends a stream that says nothing and that nobody needs: half a message for ever, or five thousand sockets that
 * never register. A binding, a dialog or a transaction that uses the stream holds it.
 */
export class IdleWatch {
  readonly #clock: Clock;
  readonly #idleMs: number;
  readonly #end: () => void;
  #holds = 0;
  #activeMs: number;
  #cancel: () => void;

  constructor(clock: Clock, idleMs: number, end: () => void) {
    this.#clock = clock;
    this.#idleMs = idleMs;
    this.#end = end;
    this.#activeMs = clock.nowMs();
    this.#cancel = clock.after(idleMs, () => this.#check());
  }

  touch(): void {
    this.#activeMs = this.#clock.nowMs();
  }

  hold(): () => void {
    this.#holds += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds -= 1;
      this.touch();
    };
  }

  stop(): void {
    this.#cancel();
  }

  #check(): void {
    const leftMs = this.#activeMs + this.#idleMs - this.#clock.nowMs();
    if (this.#holds === 0 && leftMs <= 0) this.#end();
    else
      this.#cancel = this.#clock.after(this.#holds > 0 ? this.#idleMs : Math.max(leftMs, 1), () =>
        this.#check(),
      );
  }
}
