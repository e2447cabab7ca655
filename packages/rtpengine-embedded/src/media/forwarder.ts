import type { PayloadRoute } from '../negotiation/payload-routes.ts';
import { convertLaw } from './law-conversion.ts';
import type { Outlet } from './outlet.ts';

/** Turns the packets of one party into those for its peer. One for each direction, from join to leave. */
export interface Forwarder {
  /** Takes a valid packet that is to be heard; the bytes are the forwarder's to change. */
  forward(bytes: Buffer, route: PayloadRoute, nowMs: number): void;
  close(): void;
}

/** One packet in, the same packet out: payload type, numbers, and at most the law of G.711 change. */
export class DirectForwarder implements Forwarder {
  readonly #to: Outlet;

  constructor(to: Outlet) {
    this.#to = to;
  }

  forward(bytes: Buffer, route: PayloadRoute, nowMs: number): void {
    if (route.convert) convertLaw(bytes, route.convert);
    this.#to.relay(bytes, route, nowMs);
  }

  close(): void {
    return;
  }
}
