import type { Flow } from '../transport/flow.ts';

interface CarriedCall {
  flows: Set<Flow>;
  releases: (() => void)[];
}

/**
 * The calls that were proxied over a connection and have not ended: for their BYE the connection must stay open, however
 * long nothing is said on it.
 */
export class CarriedCalls {
  readonly #calls = new Map<string, CarriedCall>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#calls.size;
  }

  /** When the table is full, the oldest call is left to the keep-alives of its phones. */
  begin(callId: string, flows: readonly Flow[]): void {
    const call = this.#calls.get(callId) ?? { flows: new Set(), releases: [] };
    for (const flow of flows) {
      if (!flow.reliable || flow.closed || call.flows.has(flow)) continue;
      call.flows.add(flow);
      call.releases.push(flow.hold());
    }
    if (call.flows.size === 0) return;
    this.#calls.set(callId, call);
    const oldest = this.#calls.size > this.#limit ? this.#calls.keys().next().value : undefined;
    if (oldest !== undefined) this.end(oldest);
  }

  end(callId: string): void {
    const call = this.#calls.get(callId);
    this.#calls.delete(callId);
    for (const release of call?.releases ?? []) release();
  }

  flowClosed(flow: Flow): void {
    for (const [callId, call] of [...this.#calls]) if (call.flows.has(flow)) this.end(callId);
  }
}
