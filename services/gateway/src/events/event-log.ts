import type { MediaQualityEvent, NumberedEvent, StreamEvent } from '@ringback/contracts';
import type { Clock } from '@ringback/runtime';

/** An event as every reader gets it: it is made into text once. */
export interface LoggedEvent {
  readonly seq: number;
  readonly json: string;
  readonly bytes: number;
}

export interface LogLimits {
  readonly events: number;
  readonly bytes: number;
}

const LIMITS: LogLimits = { events: 10_000, bytes: 32 * 1024 * 1024 };

/**
 * The newest events, numbered. Numbers begin at the microseconds of the clock, so that those of a later run are
 * greater: a gateway would have to publish a million events a second to catch up with the clock.
 */
export class EventLog {
  readonly #limits: LogLimits;
  readonly #clock: Clock;
  readonly #readers = new Map<() => void, (json: string) => void>();
  #events: LoggedEvent[] = [];
  /** Events before this index are forgotten; they are cut off now and then, since cutting moves the rest. */
  #first = 0;
  #bytes = 0;
  #newest: number;

  constructor(clock: Clock, limits: LogLimits = LIMITS) {
    this.#clock = clock;
    this.#limits = limits;
    this.#newest = clock.nowMs() * 1000;
  }

  /** Number of the newest event; of the run's beginning while there is none. */
  get newest(): number {
    return this.#newest;
  }

  /** Number of the oldest event that is still held, or of the next one while there is none. */
  get oldest(): number {
    return this.#events[this.#first]?.seq ?? this.#newest + 1;
  }

  append(event: StreamEvent): void {
    this.#newest += 1;
    const json = JSON.stringify({ seq: this.#newest, ...event } satisfies NumberedEvent);
    const bytes = Buffer.byteLength(json);
    this.#events.push({ seq: this.#newest, json, bytes });
    this.#bytes += bytes;
    this.#forget();
    for (const wake of this.#readers.keys()) wake();
  }

  /** An event that is worth something only now: told to those who follow, and not kept. */
  pass(event: MediaQualityEvent): void {
    if (this.#readers.size === 0) return;
    const json = JSON.stringify({ seq: this.#newest, ...event } satisfies NumberedEvent);
    for (const pass of this.#readers.values()) pass(json);
  }

  at(seq: number): LoggedEvent | undefined {
    const index = this.#first + seq - this.oldest;
    return index >= this.#first ? this.#events[index] : undefined;
  }

  /** Calls `wake` after each event, and `pass` with each one that is not kept; returns how to stop. */
  follow(wake: () => void, pass: (json: string) => void = () => undefined): () => void {
    this.#readers.set(wake, pass);
    return () => this.#readers.delete(wake);
  }

  get readers(): number {
    return this.#readers.size;
  }

  /** What is not in the log itself: the greeting, and a gap. */
  notice(type: 'stream.hello'): string;
  notice(type: 'stream.gap', since: number): string;
  notice(type: 'stream.hello' | 'stream.gap', since?: number): string {
    const seq = type === 'stream.hello' ? this.newest : this.oldest;
    const time = new Date(this.#clock.nowMs()).toISOString();
    return JSON.stringify({ seq, time, type, since });
  }

  #forget(): void {
    const { events, bytes } = this.#limits;
    while (this.#events.length - this.#first > events || this.#bytes > bytes) {
      this.#bytes -= this.#events[this.#first]!.bytes;
      this.#first += 1;
    }
    if (this.#first <= events) return;
    this.#events = this.#events.slice(this.#first);
    this.#first = 0;
  }
}
