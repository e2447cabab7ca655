/** Length of one packet of every stream. */
export const PERIOD_MS = 20;
/** Streams are spread over this many instants of a period, so that they do not all fall due at once. */
const PHASES = 20;
const STEP_MS = PERIOD_MS / PHASES;
/** A stream that joins gets its next turn this many phases before a whole period is over, or later. */
const JOIN_WINDOW = 5;
/** Packets that a stalled process sends at once per stream; what is older is skipped, not sent. */
const MAX_CATCH_UP = 25;

/** One stream's turn: `frames` packets are due now, after `skipped` periods that are given up. */
export interface Turn<T> {
  readonly stream: T;
  readonly frames: number;
  readonly skipped: number;
}

interface Phase<T> {
  nextMs: number;
  readonly streams: Set<T>;
}

/**
 * When each stream's packets are due, on any monotonic clock. Due times are absolute (origin + phase + n periods), so
 * that a late wake-up is made up for and no stream ever drifts, however many there are.
 */
export class Schedule<T> {
  readonly #phases: Phase<T>[];
  readonly #phaseOf = new Map<T, Phase<T>>();

  constructor(originMs: number) {
    this.#phases = Array.from({ length: PHASES }, (_, i) => ({
      nextMs: originMs + i * STEP_MS,
      streams: new Set<T>(),
    }));
  }

  get size(): number {
    return this.#phaseOf.size;
  }

  has(stream: T): boolean {
    return this.#phaseOf.has(stream);
  }

  /** A stream that has just sent its first packet joins: its next is due 15 to 20 ms from now. */
  join(stream: T, nowMs: number): void {
    if (this.#phaseOf.has(stream)) throw new Error('the stream has joined already');
    for (const phase of this.#phases) catchUp(phase, nowMs);
    const latestFirst = [...this.#phases].sort((a, b) => b.nextMs - a.nextMs).slice(0, JOIN_WINDOW);
    const phase = latestFirst.reduce((least, other) =>
      other.streams.size < least.streams.size ? other : least,
    );
    phase.streams.add(stream);
    this.#phaseOf.set(stream, phase);
  }

  leave(stream: T): void {
    this.#phaseOf.get(stream)?.streams.delete(stream);
    this.#phaseOf.delete(stream);
  }

  /** The turns that are due, oldest first. Each is told once. */
  due(nowMs: number): Turn<T>[] {
    const late = this.#phases.filter((phase) => phase.streams.size > 0 && phase.nextMs <= nowMs);
    return late
      .sort((a, b) => a.nextMs - b.nextMs)
      .flatMap((phase) => {
        const periods = periodsUntil(phase, nowMs);
        phase.nextMs += periods * PERIOD_MS;
        const frames = Math.min(periods, MAX_CATCH_UP);
        return Array.from(phase.streams, (stream) => ({ stream, frames, skipped: periods - frames }));
      });
  }

  /** When to look again; undefined while there is no stream. */
  wakeAtMs(): number | undefined {
    const busy = this.#phases.filter((phase) => phase.streams.size > 0);
    return busy.length === 0 ? undefined : Math.min(...busy.map((phase) => phase.nextMs));
  }
}

function periodsUntil(phase: { nextMs: number }, nowMs: number): number {
  return Math.floor((nowMs - phase.nextMs) / PERIOD_MS) + 1;
}

/** A phase that nobody was in has not been kept; one with streams in it keeps what it owes them. */
function catchUp<T>(phase: Phase<T>, nowMs: number): void {
  if (phase.streams.size === 0 && phase.nextMs <= nowMs)
    phase.nextMs += periodsUntil(phase, nowMs) * PERIOD_MS;
}
