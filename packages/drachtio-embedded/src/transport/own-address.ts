import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isLoopback, parseSubnet, privateRangeOf, type Subnet } from './subnet.ts';

/** An address of this machine with the network it is in. */
export interface InterfaceAddress {
  address: string;
  cidr: string | null;
}

/** What one contact is told about itself. */
export interface OwnAddressSpec {
  /** The address its sockets are bound to; `0.0.0.0` and `::` are every address. */
  boundHost: string;
  /** Contacts are sips URIs, as the user wrote this one. */
  sips?: boolean | undefined;
  /** What peers outside of the local networks have to use instead: an IP address or a name. */
  externalHost?: string | undefined;
  /** Empty: nobody is local. Left out: the private range around our own address, if it is a private one. */
  localNets?: readonly Subnet[] | undefined;
  /** More names of this host. */
  dnsNames?: readonly string[] | undefined;
}

/** How one peer and this contact see each other. */
interface PeerView {
  host: string;
  nearness: number;
}

const MAX_VIEWS = 1000;

/** Under which address a contact shows itself to a peer, and how near that peer is. */
export class OwnAddress {
  readonly boundHost: string;
  readonly sips: boolean;
  readonly #externalHost: string | undefined;
  readonly #localNets: readonly Subnet[];
  readonly #interfaces: readonly { address: string; subnet: Subnet }[];
  readonly #names: ReadonlySet<string>;
  readonly #views = new Map<string, PeerView>();

  constructor(spec: OwnAddressSpec, interfaces: readonly InterfaceAddress[] = machineAddresses()) {
    this.boundHost = spec.boundHost;
    this.sips = spec.sips === true;
    this.#externalHost = spec.externalHost;
    this.#interfaces = addressesOf(spec.boundHost, interfaces);
    this.#localNets = spec.localNets ?? neighbours(spec.boundHost, this.#interfaces);
    const names = [spec.boundHost, spec.externalHost ?? spec.boundHost, ...(spec.dnsNames ?? [])];
    this.#names = new Set(names.map((name) => name.toLowerCase()));
  }

  /** What the rest of the world is shown. */
  get publicHost(): string {
    return this.#externalHost ?? this.#localHost(undefined);
  }

  /** What goes into Via and Contact of a message to that peer. */
  hostFor(remoteHost: string): string {
    if (this.#externalHost === undefined && !isEverywhere(this.boundHost)) return this.boundHost;
    return this.#viewOf(remoteHost).host;
  }

  /** The higher, the better suited for that peer: its own network, then the way out, and loopback last. */
  nearnessTo(remoteHost: string): number {
    return this.#viewOf(remoteHost).nearness;
  }

  /** Asked for with every message, and the same for every message of a peer; looking it up takes a while. */
  #viewOf(remoteHost: string): PeerView {
    const known = this.#views.get(remoteHost);
    if (known) return known;
    if (this.#views.size >= MAX_VIEWS) this.#views.clear();
    const view = { host: this.#hostFor(remoteHost), nearness: this.#nearnessTo(remoteHost) };
    this.#views.set(remoteHost, view);
    return view;
  }

  #hostFor(remoteHost: string): string {
    const external = this.#externalHost;
    if (external === undefined) return this.#localHost(remoteHost);
    const local = this.#localNets.some((subnet) => subnet.contains(remoteHost));
    return local ? this.#localHost(remoteHost) : external;
  }

  #nearnessTo(remoteHost: string): number {
    const own = this.#interfaces.map(({ subnet }) => subnet);
    const around = this.#externalHost === undefined ? own : [...own, ...this.#localNets];
    const prefixes = around.filter((subnet) => subnet.contains(remoteHost)).map(({ prefix }) => prefix);
    if (prefixes.length > 0) return 1 + Math.max(...prefixes);
    if (this.#externalHost !== undefined) return 1;
    return isLoopback(this.boundHost) ? -1 : 0;
  }

  /** Whether a name or address means this contact. */
  isOwn(host: string): boolean {
    return (
      this.#names.has(host.toLowerCase()) ||
      this.#interfaces.some(({ address }) => address === host) ||
      (isEverywhere(this.boundHost) && isLoopback(host))
    );
  }

  /** The address of ours that peer talks to. */
  localHostFor(remoteHost: string): string {
    return this.#localHost(remoteHost);
  }

  #localHost(remoteHost: string | undefined): string {
    if (!isEverywhere(this.boundHost)) return this.boundHost;
    const near = this.#interfaces.find(
      ({ subnet }) => remoteHost !== undefined && subnet.contains(remoteHost),
    );
    const outside = this.#interfaces.find(({ address }) => !isLoopback(address));
    const loopback = isIP(this.boundHost) === 6 ? '::1' : '127.0.0.1';
    return (near ?? outside)?.address ?? loopback;
  }
}

const isEverywhere = (host: string) => host === '0.0.0.0' || host === '::';

/** The bound address, or all of that family, each with its network. */
function addressesOf(
  boundHost: string,
  interfaces: readonly InterfaceAddress[],
): { address: string; subnet: Subnet }[] {
  const every = isEverywhere(boundHost);
  const matching = interfaces.filter(({ address }) =>
    every ? isIP(boundHost) === isIP(address) : boundHost === address,
  );
  // 127.0.0.2 and its like belong to no interface and are ours all the same.
  const found = matching.length > 0 || every ? matching : [{ address: boundHost, cidr: null }];
  return found.flatMap(({ address, cidr }) => {
    const subnet = cidr === null ? (privateRangeOf(address) ?? parseSubnet(address)) : parseSubnet(cidr);
    return subnet ? [{ address, subnet }] : [];
  });
}

function neighbours(boundHost: string, interfaces: readonly { address: string }[]): Subnet[] {
  const own = isEverywhere(boundHost) ? interfaces.map(({ address }) => address) : [boundHost];
  return own.flatMap((address) => privateRangeOf(address) ?? []);
}

function machineAddresses(): InterfaceAddress[] {
  return Object.values(networkInterfaces()).flatMap((list) => list ?? []);
}
