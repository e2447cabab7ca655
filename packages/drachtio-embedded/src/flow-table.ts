import type { Clock } from './clock.ts';
import type { Flow } from './transport/flow.ts';

interface Binding {
  flow: Flow;
  release: () => void;
  cancelExpiry: () => void;
  untilMs: number;
}

/**
 * Which connection a client registered on, by `user@host:port` of its Contact (drachtio's flow cache, RFC 5626 5.3). It is
 * how a browser is called, whose Contact names a host that does not exist, and how it is found again in mid-call
 * after it registered from a new connection. A binding outlives its connection, so that a call to a closed page fails
 * at once and not after a timeout.
 */
export class FlowTable {
  readonly #bindings = new Map<string, Binding>();
  readonly #clock: Clock;
  readonly #limit: number;

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  get size(): number {
    return this.#bindings.size;
  }

  /** `expiresSec` 0 removes. When the table is full the oldest binding makes room. */
  set(contactKey: string, flow: Flow, expiresSec: number): void {
    this.#remove(contactKey);
    if (expiresSec <= 0) return;
    const oldest = this.#bindings.size >= this.#limit ? this.#bindings.keys().next().value : undefined;
    if (oldest !== undefined) this.#remove(oldest);
    // A timer cannot wait longer than 24.8 days.
    const expiresMs = Math.min(expiresSec, 2_000_000) * 1000;
    const cancelExpiry = this.#clock.after(expiresMs, () => this.#remove(contactKey));
    const untilMs = this.#clock.nowMs() + expiresMs;
    this.#bindings.set(contactKey, { flow, release: flow.hold(), cancelExpiry, untilMs });
  }

  /** Like `set`, but it takes nothing away: no time, and no contact from another connection that is open. */
  extend(contactKey: string, flow: Flow, expiresSec: number): void {
    const known = this.#bindings.get(contactKey);
    const untilMs = this.#clock.nowMs() + expiresSec * 1000;
    const isLeft = known && !known.flow.closed && (known.flow !== flow || known.untilMs >= untilMs);
    if (expiresSec > 0 && !isLeft) this.set(contactKey, flow, expiresSec);
  }

  /** The flow may be closed: then the client is known and gone. */
  find(contactKey: string): Flow | undefined {
    return this.#bindings.get(contactKey)?.flow;
  }

  removeFlow(flow: Flow): void {
    for (const [key, binding] of [...this.#bindings]) if (binding.flow === flow) this.#remove(key);
  }

  clear(): void {
    for (const key of [...this.#bindings.keys()]) this.#remove(key);
  }

  #remove(contactKey: string): void {
    const binding = this.#bindings.get(contactKey);
    if (!binding) return;
    this.#bindings.delete(contactKey);
    binding.cancelExpiry();
    binding.release();
  }
}
