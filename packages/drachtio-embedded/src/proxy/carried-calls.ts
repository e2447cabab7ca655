import type { Flow } from '../transport/flow.ts';

/**
 * The calls that were proxied over a connection and have not ended: for their BYE the connection must stay open, however
 * long nothing is said on it.
 */
export class CarriedCalls {
  /** By Call-ID: the connections, each with what lets it go. */
  readonly #calls = new Map<string, Map<Flow, () => void>>();
  readonly #callIds = new Map<Flow, Set<string>>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** When the table is full, the oldest call is left to the keep-alives of its phones. */
  begin(callId: string, flows: readonly Flow[]): void {
    for (const flow of flows) if (flow.reliable && !flow.closed) this.#hold(callId, flow);
    const oldest = this.#calls.size > this.#limit ? this.#calls.keys().next().value : undefined;
    if (oldest !== undefined) this.end(oldest);
  }

  end(callId: string): void {
    for (const [flow, release] of this.#calls.get(callId) ?? []) {
      release();
      const others = this.#callIds.get(flow);
      others?.delete(callId);
      if (others?.size === 0) this.#callIds.delete(flow);
    }
    this.#calls.delete(callId);
  }

  flowClosed(flow: Flow): void {
    for (const callId of [...(this.#callIds.get(flow) ?? [])]) this.end(callId);
  }

  #hold(callId: string, flow: Flow): void {
    const held = this.#calls.get(callId) ?? new Map<Flow, () => void>();
    if (!held.has(flow)) held.set(flow, flow.hold());
    this.#calls.set(callId, held);
    const callIds = this.#callIds.get(flow) ?? new Set<string>();
    this.#callIds.set(flow, callIds.add(callId));
  }
}
