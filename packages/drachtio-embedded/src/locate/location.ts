import type { NextHop, SipTransport } from '@ringback/sip';
import type { Clock } from '../clock.ts';
import type { Listeners } from '../transport/listeners.ts';
import { DeadTargets } from './dead-targets.ts';
import type { Dns } from './dns.ts';
import { cachedDns } from './dns-cache.ts';
import { locate, type Target, type Ways } from './locate.ts';

/** RFC 3261 18.1.1: where the path's MTU is not known, so much of a request is sent by datagram. */
export const DEFAULT_MTU = 1300;

export interface LocationSpec {
  dns: Dns;
  clock: Clock;
  listeners: Listeners;
  /** Chance among servers of equal rank; 0 to below 1. */
  random: () => number;
  mtu: number;
}

/** Where requests can go: the servers behind a name, less those that lately failed. */
export class Location {
  readonly dead: DeadTargets;
  /** Bytes; a bigger request goes by TCP, if that is possible. */
  readonly mtu: number;
  readonly #ways: Ways;

  constructor({ dns, clock, listeners, random, mtu }: LocationSpec) {
    this.dead = new DeadTargets(clock);
    this.mtu = mtu;
    this.#ways = {
      dns: cachedDns(dns, clock),
      usable: (['udp', 'tcp', 'tls'] as const).filter((name) => listeners.has(name)),
      families: (transport) => familiesOf(listeners, transport),
      random,
    };
  }

  /** Undefined: we speak nothing that the URI allows. Empty: nobody knows that name. */
  async targets(hop: NextHop): Promise<Target[] | undefined> {
    const found = await locate(hop, this.#ways);
    return found && this.dead.livingFirst(found);
  }
}

function familiesOf(listeners: Listeners, transport: SipTransport): (4 | 6)[] {
  const families = listeners.all
    .filter((listener) => listener.transport === transport)
    .map((listener) => (listener.local.host.includes(':') ? 6 : 4));
  return [...new Set(families)];
}
