import type { Clock } from '../clock.ts';
import { formatAddress, type SocketAddress, type TransportName } from '../transport/flow.ts';

const MAX_TARGETS = 1000;

type Place = SocketAddress & { transport: TransportName };

/** Servers that lately did not answer or asked to be left alone (RFC 3263 4.3, RFC 3261 21.5.4). They come last for a while. */
export class DeadTargets {
  readonly #untilMs = new Map<string, number>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(place: Place, forMs: number): void {
    const key = keyOf(place);
    this.#untilMs.delete(key);
    const oldest = this.#untilMs.size >= MAX_TARGETS ? this.#untilMs.keys().next().value : undefined;
    if (oldest !== undefined) this.#untilMs.delete(oldest);
    this.#untilMs.set(key, this.#clock.nowMs() + forMs);
  }

  has(place: Place): boolean {
    if (this.#untilMs.size === 0) return false;
    const key = keyOf(place);
    const untilMs = this.#untilMs.get(key);
    if (untilMs === undefined) return false;
    if (this.#clock.nowMs() < untilMs) return true;
    this.#untilMs.delete(key);
    return false;
  }

  /** The living first, each part in its own order; when all are dead, they are tried all the same. */
  livingFirst<T extends Place>(places: readonly T[]): T[] {
    return [...places.filter((place) => !this.has(place)), ...places.filter((place) => this.has(place))];
  }
}

const keyOf = (place: Place) => `${place.transport}/${formatAddress(place)}`;
