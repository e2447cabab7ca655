import type { IssuedSession } from '@ringback/contracts';
import type { Bus } from '@ringback/runtime';

/** Of the life of a password, how much is used before the next one is asked for. */
const USED_SHARE = 0.75;

/** The voice's SIP password, asked for on the bus whenever there is none that will last. */
export class Credentials {
  readonly #bus: Bus;
  readonly #nowMs: () => number;
  #issued: IssuedSession | undefined;
  #renewAtMs = 0;

  constructor(bus: Bus, nowMs: () => number = Date.now) {
    this.#bus = bus;
    this.#nowMs = nowMs;
  }

  /** @throws BusError when nobody issues any now. */
  async current(): Promise<IssuedSession> {
    if (this.#issued && this.#nowMs() < this.#renewAtMs) return this.#issued;
    const issued = await this.#bus.request('session.issue', { kind: 'voice' });
    const nowMs = this.#nowMs();
    this.#renewAtMs = nowMs + USED_SHARE * (Date.parse(issued.expiresAt) - nowMs);
    this.#issued = issued;
    return issued;
  }

  /** Until the next one is due. */
  get freshForMs(): number {
    return Math.max(0, this.#renewAtMs - this.#nowMs());
  }

  /** The server did not take it. */
  refused(): void {
    this.#issued = undefined;
    this.#renewAtMs = 0;
  }
}
