import { formatHostPort, nextHopOf, parseUri, type SipUri } from '@ringback/sip';
import type { Core } from '../core/core.ts';
import type { Target } from '../locate/locate.ts';
import type { Flow } from '../transport/flow.ts';
import { isOneHost } from '../transport/subnet.ts';

/** What else a request may try that a located server does not take (RFC 3263 4.3). */
export interface Alternatives {
  readonly others: readonly Target[];
  /** The URI named no transport, so that a big request may go by TCP (RFC 3261 18.1.1). */
  readonly anyTransport: boolean;
}

/** Where a request can go, or why it cannot go anywhere. */
export type FlowChoice =
  /** Without alternatives the flow itself was named, by a binding or a dialog. */
  | { kind: 'flow'; flow: Flow; alternatives?: Alternatives }
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

/** Finds the way to a URI: the connection its owner registered on, else by address (RFC 3263). */
export async function findFlow(core: Core, uriText: string): Promise<FlowChoice> {
  const uri = parseUri(uriText);
  if (!uri || uri.host === '') return { kind: 'bad-uri' };
  const bound = core.flows.find(flowKey(uri));
  if (bound) return bound.closed ? { kind: 'gone' } : { kind: 'flow', flow: bound };
  const hop = nextHopOf(uri);
  const { transport } = hop;
  // RFC 7118 5: nobody can open a connection to a browser.
  if ((transport === 'ws' || transport === 'wss') && core.listeners.has(transport))
    return { kind: 'unresolved' };
  const targets = await core.location.targets(hop);
  if (!targets) return { kind: 'no-transport' };
  const hosts = targets.filter(({ host, port }) => port !== 0 && isOneHost(host));
  const others = hosts.filter((target) => !isOurs(core, target));
  if (others.length === 0) return { kind: hosts.length > 0 ? 'myself' : 'unresolved' };
  const flow = openNext(core, others);
  if (!flow) return { kind: 'no-transport' };
  return { kind: 'flow', flow, alternatives: { others, anyTransport: transport === undefined } };
}

/** By its address, or by a name of ours whatever the DNS makes of it. */
function isOurs(core: Core, { transport, host, port, domain }: Target): boolean {
  const { listeners } = core;
  return listeners.isOwn(transport, { host, port }) || listeners.isOwn(transport, { host: domain, port });
}

/** The way to the first target that can be gone to; it and those before it are taken off the list. */
export function openNext(core: Core, targets: Target[]): Flow | undefined {
  for (let target = targets.shift(); target; target = targets.shift()) {
    const { host, port, domain } = target;
    const flow = core.listeners.pick(target.transport, host)?.flowTo({ host, port }, domain);
    if (flow) return flow;
  }
  return undefined;
}
