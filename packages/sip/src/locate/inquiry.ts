import { bareHost } from '../host-port.ts';
import type { SipUri } from '../uri.ts';

export type SipTransport = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';

export const sipTransports = ['udp', 'tcp', 'tls', 'ws', 'wss'] as const satisfies readonly SipTransport[];

export const defaultPorts: Readonly<Record<SipTransport, number>> = {
  udp: 5060,
  tcp: 5060,
  tls: 5061,
  ws: 80,
  wss: 443,
};

/** Where a request goes next, as its URI says it. */
export interface NextHop {
  /** A name or an address, without brackets; that of `maddr` when there is one. */
  readonly host: string;
  /** Whose certificate is expected there: the host the URI names, whatever `maddr` and SRV records say (RFC 5922 7.1). */
  readonly domain: string;
  readonly port: number | undefined;
  /** The transport the URI names; under sips the one that TLS runs over it. */
  readonly transport: SipTransport | 'unknown' | undefined;
  readonly secure: boolean;
}

/** SRV records to ask for, and what is spoken with the servers they name. */
export interface ServiceQuery {
  readonly transport: SipTransport;
  readonly name: string;
}

/** A host whose addresses are all that is left to ask for. */
export interface Server {
  readonly transport: SipTransport;
  readonly port: number;
}

/** What has to be asked of the DNS for a next hop (RFC 3263 4.1, 4.2). */
export type Inquiry =
  /** We speak nothing that the URI allows. */
  | { readonly kind: 'unusable' }
  | ({ readonly kind: 'addresses' } & Server)
  /** SRV records of these names in this order; when there is none, the addresses of the host itself. */
  | { readonly kind: 'services'; readonly queries: readonly ServiceQuery[]; readonly otherwise: Server }
  /** NAPTR records first; when they offer nothing we speak, as above. */
  | {
      readonly kind: 'offers';
      readonly usable: readonly SipTransport[];
      readonly queries: readonly ServiceQuery[];
      readonly otherwise: Server;
    };

/** Reads what a URI says about the next hop. */
export function nextHopOf(uri: SipUri): NextHop {
  const secure = uri.scheme === 'sips';
  const named = uri.params.get('transport')?.toLowerCase();
  const known = sipTransports.find((name) => name === (secure ? secured(named) : named));
  return {
    host: bareHost(uri.params.get('maddr') || uri.host),
    domain: bareHost(uri.host),
    port: uri.port,
    transport: named === undefined ? undefined : (known ?? 'unknown'),
    secure,
  };
}

/** RFC 3261 26.2.2: under sips the transport parameter names what TLS runs over. Nothing secures UDP. */
function secured(named: string | undefined): string | undefined {
  if (named === 'udp') return undefined;
  if (named === 'tcp') return 'tls';
  return named === 'ws' ? 'wss' : named;
}

/** `usable`: the transports we can open a way with, the preferred first. */
export function inquiryFor(hop: NextHop, usable: readonly SipTransport[]): Inquiry {
  const allowed = usable.filter((transport) => !hop.secure || isSecure(transport));
  const named = hop.transport;
  const transport = named === undefined ? allowed[0] : allowed.find((name) => name === named);
  if (transport === undefined) return { kind: 'unusable' };
  const server: Server = { transport, port: hop.port ?? defaultPorts[transport] };
  // RFC 3263 4.1: an address or an explicit port leaves nothing to choose.
  if (hop.port !== undefined || !mayHaveServices(hop.host)) return { kind: 'addresses', ...server };
  const names = named === undefined ? allowed : [transport];
  const queries = names.flatMap((name) => serviceQuery(name, hop.host));
  return named === undefined
    ? { kind: 'offers', usable: allowed, queries, otherwise: server }
    : { kind: 'services', queries, otherwise: server };
}

const isSecure = (transport: SipTransport) => transport === 'tls' || transport === 'wss';

/** Addresses have none. A name of one label is a host's, of this machine or this network, never a domain's. */
function mayHaveServices(host: string): boolean {
  return host.includes('.') && !/^[\d.]+$/.test(host) && !/\.localhost\.?$/i.test(host);
}

/** RFC 3263 4.1: `_sips._tcp` is TLS. WebSockets have no SRV name but by NAPTR. */
function serviceQuery(transport: SipTransport, host: string): ServiceQuery[] {
  if (transport === 'ws' || transport === 'wss') return [];
  return [{ transport, name: transport === 'tls' ? `_sips._tcp.${host}` : `_sip._${transport}.${host}` }];
}
