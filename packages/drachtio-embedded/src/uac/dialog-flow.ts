import {
  defaultPorts,
  emptyBody,
  nextHopOf,
  nextHopUri,
  parseUri,
  routeOf,
  type SipUri,
} from '@ringback/sip';
import type { Core } from '../core/core.ts';
import type { Dialog } from '../dialog/dialog.ts';
import type { Flow } from '../transport/flow.ts';
import { contactBehindNat, routeBehindNat } from './behind-nat.ts';
import { type FlowChoice, findFlow, flowKey } from './next-hop.ts';

/**
 * The way to the peer of a dialog: the connection it is on, or where its Contact says, unless that is behind a NAT. A
 * client that registered anew in mid-call is followed.
 */
export async function dialogFlow(core: Core, dialog: Dialog): Promise<FlowChoice> {
  const { uri, routes } = routeOf(dialog.state);
  if (routes.length > 0) return routedFlow(core, dialog, uri, routes);
  const target = parseUri(dialog.state.remoteTarget);
  const bound = target && core.flows.find(flowKey(target));
  if (bound && !bound.closed) {
    dialog.moveTo(bound);
    return { kind: 'flow', flow: bound };
  }
  const { flow } = dialog;
  if (!flow.closed && staysOn(core, flow, target)) return { kind: 'flow', flow };
  if (flow.transport === 'ws' || flow.transport === 'wss') return { kind: 'gone' };
  return findFlow(core, dialog.state.remoteTarget);
}

/** A stream stays the stream it is. A datagram peer is believed about where it is, if it can be there. */
function staysOn(core: Core, flow: Flow, target: SipUri | undefined): boolean {
  if (flow.reliable || !target) return true;
  const { host, port, transport } = nextHopOf(target);
  if (transport !== undefined && transport !== 'udp') return false;
  const isThere = host.toLowerCase() === flow.remote.host && (port ?? defaultPorts.udp) === flow.remote.port;
  return isThere || contactBehindNat(core.natDetection, target, flow);
}

async function routedFlow(
  core: Core,
  dialog: Dialog,
  uri: string,
  routes: readonly string[],
): Promise<FlowChoice> {
  const headers = routes.map((value) => ({ name: 'Route', value }));
  const hop = nextHopUri({ kind: 'request', method: 'OPTIONS', uri, headers, body: emptyBody });
  const { flow } = dialog;
  const route = parseUri(hop);
  if (route && !flow.closed && routeBehindNat(core.natDetection, route, flow)) return { kind: 'flow', flow };
  const choice = await findFlow(core, hop);
  // A proxy that cannot be called back (behind ws) is still at the other end of the connection.
  return choice.kind !== 'flow' && !flow.closed ? { kind: 'flow', flow } : choice;
}
