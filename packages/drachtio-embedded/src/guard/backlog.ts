import { performance } from 'node:perf_hooks';
import type { Flow } from '../transport/flow.ts';
import { beginsCall } from './begins-call.ts';

/** Far fewer than libuv reads from a socket in one turn (32): the kernel's queue, whose age nobody tells, empties into ours. */
const PER_TURN = 4;

/** Who waits longer than `STANDING_MS` does so in a burst, or in a queue that stands when that goes on for `BURST_MS`. */
const STANDING_MS = 40;
const BURST_MS = 60;
/** A queue that stood is over when nobody has to wait for longer. */
const OVER_MS = 20;
/** Fewer are no queue, however slow the machine is. */
const MANY = 100;

/** About what the kernel would hold. What comes beyond is lost, as it is there. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Time and the next turn of the event loop, to be replaced in tests. */
export interface Turns {
  nowMs(): number;
  afterTurn(call: () => void): void;
}

const eventLoop: Turns = { nowMs: () => performance.now(), afterTurn: (call) => void setImmediate(call) };

interface Waiting {
  readonly flow: Flow;
  readonly message: Uint8Array;
  readonly sinceMs: number;
}

/**
 * The datagrams that have been read and not been handled. A few in each turn of the event loop are handled at once, the rest
 * wait here, in their order, so that what has to wait is known: more than a moment means that more comes than can be done. A
 * pause of the process is none, since what came meanwhile is read after it. A new call does not wait to be refused: its
 * caller can go elsewhere.
 */
export class Backlog {
  readonly #handle: (flow: Flow, message: Uint8Array) => void;
  readonly #turns: Turns;
  #waiting: Waiting[] = [];
  /** The first of `#waiting` that still waits. */
  #first = 0;
  #bytes = 0;
  #handledInTurn = 0;
  #turnEnds = false;
  #standsSinceMs = Number.POSITIVE_INFINITY;
  #isBehind = false;

  constructor(handle: (flow: Flow, message: Uint8Array) => void, turns: Turns = eventLoop) {
    this.#handle = handle;
    this.#turns = turns;
  }

  /** A datagram was read: it is handled now or in a turn that follows. False: there is no room for it. */
  take(flow: Flow, message: Uint8Array): boolean {
    if (!this.#turnEnds) {
      this.#turnEnds = true;
      this.#turns.afterTurn(this.#endTurn);
    }
    if (this.#first === this.#waiting.length && this.#handledInTurn < PER_TURN) {
      this.#handledInTurn += 1;
      this.#handle(flow, message);
      return true;
    }
    if (this.#isBehind && beginsCall(message)) {
      this.#handle(flow, message);
      return true;
    }
    if (this.#bytes + message.length > MOST_BYTES) return false;
    this.#waiting.push({ flow, message, sinceMs: this.#turns.nowMs() });
    this.#bytes += message.length;
    return true;
  }

  /** To be asked while a message is handled. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  readonly #endTurn = (): void => {
    this.#turnEnds = false;
    for (this.#handledInTurn = 0; this.#handledInTurn < PER_TURN; this.#handledInTurn++) {
      const next = this.#waiting[this.#first];
      if (!next) break;
      this.#first += 1;
      this.#bytes -= next.message.length;
      this.#judge(next.sinceMs);
      this.#handle(next.flow, next.message);
    }
    this.#handledInTurn = 0;
    this.#letGo();
    if (this.#waiting.length === 0) return;
    this.#turnEnds = true;
    this.#turns.afterTurn(this.#endTurn);
  };

  #judge(sinceMs: number): void {
    const nowMs = this.#turns.nowMs();
    const waitedMs = nowMs - sinceMs;
    const isShort = waitedMs <= STANDING_MS || this.#waiting.length - this.#first < MANY;
    if (isShort) this.#standsSinceMs = Number.POSITIVE_INFINITY;
    else if (this.#standsSinceMs > nowMs) this.#standsSinceMs = nowMs;
    if (nowMs - this.#standsSinceMs > BURST_MS) {
      if (!this.#isBehind) this.#fallBehind();
    } else if (waitedMs < OVER_MS) this.#isBehind = false;
  }

  /** New calls that wait are told now, as those that come from now on. */
  #fallBehind(): void {
    this.#isBehind = true;
    const waiting = this.#waiting.slice(this.#first);
    const calls = new Set(waiting.filter(({ message }) => beginsCall(message)));
    this.#waiting = waiting.filter((each) => !calls.has(each));
    this.#first = 0;
    for (const { flow, message } of calls) {
      this.#bytes -= message.length;
      this.#handle(flow, message);
    }
  }

  /** What was handled is not kept: at once when nothing waits, else when it is most of the list. */
  #letGo(): void {
    if (this.#first === this.#waiting.length) {
      this.#standsSinceMs = Number.POSITIVE_INFINITY;
      this.#isBehind = false;
      this.#waiting.length = 0;
      this.#first = 0;
    } else if (this.#first > 1024) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
  }
}
