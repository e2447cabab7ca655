import { performance } from 'node:perf_hooks';

/** libuv reads so many datagrams from a socket before it does anything else: more are then waiting. */
const FULL_TURN = 32;

/** A queue that stands for so long is no burst any more. */
const STANDING_MS = 100;

/** Time and the end of the event loop's turn, to be replaced in tests. */
export interface Turns {
  nowMs(): number;
  afterTurn(call: () => void): void;
}

const eventLoop: Turns = { nowMs: () => performance.now(), afterTurn: (call) => void setImmediate(call) };

/**
 * Whether more comes than can be done. The kernel's queue of datagrams cannot be asked for its length, but a turn of the
 * event loop that took as many as it can has not emptied it: full turns one after the other for 100 ms are a queue that
 * stands. A few messages never make one, however slow the machine is.
 */
export class Backlog {
  readonly #turns: Turns;
  #messages = 0;
  #messagesBefore = 0;
  #turnOverMs = Number.NEGATIVE_INFINITY;
  /** When the queue was empty last. */
  #emptyMs = 0;

  constructor(turns: Turns = eventLoop) {
    this.#turns = turns;
  }

  /** A message came. */
  arrived(): void {
    this.#messages += 1;
    if (this.#messages > 1) return;
    const nowMs = this.#turns.nowMs();
    const goesOn = this.#messagesBefore >= FULL_TURN && nowMs - this.#turnOverMs < STANDING_MS;
    if (!goesOn) this.#emptyMs = nowMs;
    this.#turns.afterTurn(() => {
      this.#messagesBefore = this.#messages;
      this.#messages = 0;
      this.#turnOverMs = this.#turns.nowMs();
    });
  }

  /** To be asked while a message is handled. */
  get isBehind(): boolean {
    if (this.#messagesBefore < FULL_TURN && this.#messages < FULL_TURN) return false;
    return this.#turns.nowMs() - this.#emptyMs > STANDING_MS;
  }
}
