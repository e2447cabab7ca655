import { isIPv6 } from 'node:net';
import type { PortPool } from './port-pool.ts';

export type AddressFamily = 'IP4' | 'IP6';

/** An address that media sockets are bound to, with ports of its own. */
export type MediaInterface = {
  /** As the option `direction` names it. */
  name: string;
  /** Bound by sockets. */
  host: string;
  /** Stands in descriptions. */
  address: string;
  /** True when `address` was given by the configuration, so that bound addresses mean nothing outside. */
  advertised: boolean;
  pool: PortPool;
};

export function familyOf(address: string): AddressFamily {
  return isIPv6(address) ? 'IP6' : 'IP4';
}

/** The interfaces of one engine, the first of which is taken when nothing says otherwise. Several may share a name. */
export class Interfaces {
  readonly #all: readonly [MediaInterface, ...MediaInterface[]];

  constructor(all: readonly [MediaInterface, ...MediaInterface[]]) {
    this.#all = all;
  }

  get first(): MediaInterface {
    return this.#all[0];
  }

  /** The one of that name, of that family if there is one; a name that nobody has counts as none, as in rtpengine. */
  choose(name: string | undefined, family: AddressFamily): MediaInterface {
    const named = this.#all.filter((one) => one.name === name);
    const candidates = named.length > 0 ? named : this.#all;
    return candidates.find((one) => familyOf(one.address) === family) ?? candidates[0] ?? this.first;
  }
}
