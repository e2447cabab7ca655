import { type Flow, formatAddress } from './flow.ts';

/** Transport, our end and the other end: what tells one flow from all others. */
export function flowName({ transport, local, remote }: Flow): string {
  return `${transport} ${formatAddress(local)} ${formatAddress(remote)}`;
}

/** All open connections SIP is spoken over. */
export class StreamTable {
  readonly #byName = new Map<string, Flow>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(flow: Flow): void {
    this.#size += 1;
    this.#byName.set(flowName(flow), flow);
  }

  remove(flow: Flow): void {
    this.#size -= 1;
    const name = flowName(flow);
    if (this.#byName.get(name) === flow) this.#byName.delete(name);
  }

  find(name: string): Flow | undefined {
    return this.#byName.get(name);
  }
}
