import { type Flow, formatAddress, type TransportName } from './flow.ts';

export type StreamTransport = Exclude<TransportName, 'udp'>;

/** Transport, our end and the other end: what tells one flow from all others. */
export function flowName({ transport, local, remote }: Flow): string {
  return `${transport} ${formatAddress(local)} ${formatAddress(remote)}`;
}

/** All open connections SIP is spoken over. */
export class StreamTable {
  readonly #byName = new Map<string, Flow>();
  readonly #names = new Map<Flow, string>();

  get size(): number {
    return this.#names.size;
  }

  /** How many of each transport. */
  count(): Record<StreamTransport, number> {
    const counts = { tcp: 0, tls: 0, ws: 0, wss: 0 };
    for (const { transport } of this.#names.keys()) if (transport !== 'udp') counts[transport] += 1;
    return counts;
  }

  add(flow: Flow): void {
    const name = flowName(flow);
    this.#names.set(flow, name);
    this.#byName.set(name, flow);
  }

  remove(flow: Flow): void {
    const name = this.#names.get(flow);
    if (name === undefined) return;
    this.#names.delete(flow);
    if (this.#byName.get(name) === flow) this.#byName.delete(name);
  }

  find(name: string): Flow | undefined {
    return this.#byName.get(name);
  }
}
