import type { Clock } from '../clock.ts';

/** What is done about a stream that says nothing. */
export interface IdleActions {
  end(): void;
  /** Asks a stream that is in use for a sign of life, where the transport can; without an answer it is ended. */
  probe?(): void;
}

/**
 * Ends a stream that says nothing and that nobody needs: half a message for ever, or five thousand sockets that
 * never register. A binding, a dialog or a transaction that uses the stream holds it.
 */
export class IdleWatch {
  readonly #clock: Clock;
  readonly #idleMs: number;
  readonly #actions: IdleActions;
  #holds = 0;
  #activeMs: number;
  /** Since when a message is begun and not ended, whatever else comes meanwhile. */
  #incompleteMs: number | undefined;
  #probed = false;
  #cancel: () => void;

  constructor(clock: Clock, idleMs: number, actions: IdleActions) {
    this.#clock = clock;
    this.#idleMs = idleMs;
    this.#actions = actions;
    this.#activeMs = clock.nowMs();
    this.#cancel = clock.after(idleMs, () => this.#check());
  }

  touch(): void {
    this.#activeMs = this.#clock.nowMs();
    this.#probed = false;
  }

  /** Whether part of a message waits for the rest of it. */
  incomplete(is: boolean): void {
    if (!is) this.#incompleteMs = undefined;
    else this.#incompleteMs ??= this.#clock.nowMs();
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
    const nowMs = this.#clock.nowMs();
    const silent = nowMs - this.#activeMs >= this.#idleMs;
    const stuck = this.#incompleteMs !== undefined && nowMs - this.#incompleteMs >= this.#idleMs;
    if (stuck || (silent && (this.#holds === 0 || this.#probed))) {
      this.#actions.end();
      return;
    }
    if (silent && this.#actions.probe) {
      this.#probed = true;
      this.#actions.probe();
    }
    const since = silent ? nowMs : Math.min(this.#activeMs, this.#incompleteMs ?? nowMs);
    this.#cancel = this.#clock.after(Math.max(1, since + this.#idleMs - nowMs), () => this.#check());
  }
}
