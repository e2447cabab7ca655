import { bareHost, formatHostPort, parseUri, type SipUri } from '@ringback/sip';
import type { NextHop } from '../resolver.ts';
import { type Flow, TRANSPORT_NAMES, type TransportName } from '../transport/flow.ts';
import type { Core } from './core.ts';

/** Where a request can go, or why it cannot go anywhere. */
export type FlowChoice =
  | { kind: 'flow'; flow: Flow }
  /** The client registered, and its connection is gone. */
  | { kind: 'gone' }
  /** No address for that name. */
  | { kind: 'unresolved' }
  | { kind: 'myself' }
  | { kind: 'no-transport' }
  | { kind: 'bad-uri' };

/** By what the flow table knows a client: user, host and port of its Contact. */
export function flowKey(uri: SipUri): string {
  return `${uri.user ?? ''}@${formatHostPort(uri).toLowerCase()}`;
}

/** RFC 3261 26.2.2: under sips the transport parameter names what TLS runs over. */
function secured(named: string): string {
  if (named === 'tcp') return 'tls';
  return named === 'ws' ? 'wss' : named;
}

/** Finds the way to a URI: the connection its owner registered on, else by address (RFC 3263). */
export async function findFlow(core: Core, uriText: string): Promise<FlowChoice> {
  const uri = parseUri(uriText);
  if (!uri || uri.host === '') return { kind: 'bad-uri' };
  const bound = core.flows.find(flowKey(uri));
  if (bound) return bound.closed ? { kind: 'gone' } : { kind: 'flow', flow: bound };
  const transport = transportOf(core, uri);
  if (!transport) return { kind: 'no-transport' };
  // RFC 7118 5: nobody can open a connection to a browser.
  if (transport === 'ws' || transport === 'wss') return { kind: 'unresolved' };
  const host = bareHost(uri.params.get('maddr') ?? uri.host);
  return connectTo(core, { host, port: uri.port, transport });
}

async function connectTo(core: Core, hop: NextHop): Promise<FlowChoice> {
  const [address] = await core.resolve(hop).catch((error: unknown) => {
    core.logger.warn({ err: error, host: hop.host }, 'name resolution failed');
    return [];
  });
  if (!address) return { kind: 'unresolved' };
  if (core.listeners.isOwn(hop.transport, address)) return { kind: 'myself' };
  const listener = core.listeners.pick(hop.transport, address.host);
  return listener ? { kind: 'flow', flow: listener.flowTo(address, hop.host) } : { kind: 'no-transport' };
}

/** RFC 3263 4.1 without NAPTR: as the URI says, TLS for sips, else UDP when we have it. */
function transportOf(core: Core, uri: SipUri): TransportName | undefined {
  const available = (name: TransportName) =>
    core.listeners.all.some((listener) => listener.transport === name);
  const named = uri.params.get('transport')?.toLowerCase();
  if (named !== undefined) {
    const known = TRANSPORT_NAMES.find((name) => name === (uri.scheme === 'sips' ? secured(named) : named));
    return known && available(known) ? known : undefined;
  }
  const order: TransportName[] = uri.scheme === 'sips' ? ['tls'] : ['udp', 'tcp', 'tls'];
  return order.find(available);
}
