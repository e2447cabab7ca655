import {
  bareHost,
  forwardRequest,
  header,
  headers,
  hopsUsedUp,
  parseHostPort,
  parseUri,
  responseTo,
  routeOnward,
  type SipRequest,
  serializeMessage,
  takeOwnRoutes,
} from '@ringback/sip';
import type { Core } from '../core/core.ts';
import { type Flow, formatAddress } from '../transport/flow.ts';
import { type FlowChoice, findFlow, flowKey } from '../uac/next-hop.ts';
import { accept } from '../uas/accept.ts';
import type { Received } from '../uas/incoming-request.ts';
import { type Refusal, refuse } from '../uas/refuse.ts';
import type { OwnRoute } from './own-route.ts';
import { ProxiedRequest } from './proxied-request.ts';
import { proxyVia } from './target-request.ts';

const ONE_TARGET = { simultaneous: false, followRedirects: false, maxTargets: 1 };

/** A request without our Route values, and where it leaves. */
interface Onward {
  request: SipRequest;
  nextHop: string;
  find(): Promise<FlowChoice>;
}

/**
 * Passes a request on that names us in a Route we wrote, which is one of a call that was proxied here (RFC 3261 16.4).
 * False when it names us in none: then it is not for us to forward.
 */
export function passOn(core: Core, received: Received): boolean {
  const onward = onwardOf(core, received.request);
  if (!onward) return false;
  const refusal = faultOf(received.request);
  if (refusal) refuse(core, received.arrival.flow, received.request, refusal);
  else forward(core, received, onward);
  return true;
}

/** The ACK of a 2xx, which is forwarded and forgotten (RFC 3261 16.11); each repetition of the 2xx brings another. */
export function passOnAck(core: Core, ack: SipRequest): void {
  const onward = onwardOf(core, ack);
  if (!onward || hopsUsedUp(ack)) return;
  const send = async () => {
    const choice = await onward.find();
    if (choice.kind !== 'flow') return;
    const copy = forwardRequest(onward.request, { via: proxyVia(ack, choice.flow) });
    choice.flow.send(serializeMessage(copy));
  };
  send().catch((error: unknown) => core.logger.error({ err: error }, 'an ACK could not be forwarded'));
}

/** Whether a request is to be passed on, so that what it requires is the business of the peers. */
export function isPassedOn(core: Core, request: SipRequest): boolean {
  return onwardOf(core, request) !== undefined;
}

function faultOf(request: SipRequest): Refusal | undefined {
  if (hopsUsedUp(request)) return { status: 483, reason: '' };
  const required = headers(request, 'Proxy-Require');
  if (required.length === 0) return undefined;
  return { status: 420, reason: '', headers: [{ name: 'Unsupported', value: required.join(', ') }] };
}

function forward(core: Core, received: Received, { request, nextHop, find }: Onward): void {
  const incoming = accept(core, received);
  const proxied = new ProxiedRequest(core, incoming, {
    targets: [nextHop],
    search: ONE_TARGET,
    find,
    launched: (copy) => {
      if (copy.method === 'BYE') core.cdrs.stop('application', 'normal-release', copy);
    },
    copy: (_branch, flow) => forwardRequest(request, { via: proxyVia(received.request, flow) }),
  });
  incoming.forwarding = proxied;
  if (request.method === 'INVITE') incoming.transaction.respond(responseTo(received.request, 100));
  if (request.method === 'BYE') {
    core.carriedCalls.end(header(request, 'Call-ID') ?? '');
    core.cdrs.stop('network', 'normal-release', received.request);
  }
  proxied.start();
}

function onwardOf(core: Core, request: SipRequest): Onward | undefined {
  if (header(request, 'Route') === undefined) return undefined;
  const callId = header(request, 'Call-ID') ?? '';
  let exit: OwnRoute | undefined;
  const own = takeOwnRoutes(request, (uri) => {
    const route = core.ownRoutes.read(callId, uri);
    exit = route ?? exit;
    return route !== undefined;
  });
  if (own.taken.length === 0) return undefined;
  const { request: routed, nextHop } = routeOnward(own.request);
  // With another Route after ours the peer is somebody else's to find.
  const flow = header(routed, 'Route') === undefined ? exit?.flow : undefined;
  return { request: routed, nextHop, find: () => exitFlow(core, nextHop, flow) };
}

/** The peer's newest registration, then the flow it was heard on, then its address. */
async function exitFlow(core: Core, nextHop: string, name: string | undefined): Promise<FlowChoice> {
  const uri = parseUri(nextHop);
  const bound = uri && core.flows.find(flowKey(uri));
  const flow = bound && !bound.closed ? bound : name === undefined ? undefined : flowByName(core, name);
  return flow && !flow.closed ? { kind: 'flow', flow } : findFlow(core, nextHop);
}

function flowByName(core: Core, name: string): Flow | undefined {
  const [transport, local, remote = ''] = name.split(' ');
  if (transport !== 'udp') return core.streams.find(name);
  const listener = core.listeners.all.find(
    (candidate) => candidate.transport === 'udp' && formatAddress(candidate.local) === local,
  );
  const address = parseHostPort(remote);
  return address && listener?.flowTo({ host: bareHost(address.host), port: address.port ?? 5060 });
}
