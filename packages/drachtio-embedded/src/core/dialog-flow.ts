import { emptyBody, nextHopUri, parseUri, routeOf } from '@ringback/sip';
import type { Dialog } from '../dialog/dialog.ts';
import type { Core } from './core.ts';
import { type FlowChoice, findFlow, flowKey } from './next-hop.ts';

/**
 * The way to the peer of a dialog. Behind no proxy that is the way it was last heard on, even when its Contact names
 * another address, since that one may be behind a NAT; a client that registered anew in mid-call is followed.
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
  if (!flow.closed && heardThere(flow.transport, target?.params.get('transport')))
    return { kind: 'flow', flow };
  if (flow.transport === 'ws' || flow.transport === 'wss') return { kind: 'gone' };
  return findFlow(core, dialog.state.remoteTarget);
}

/** A datagram peer that now asks for a stream is believed; a stream stays the stream it is. */
function heardThere(transport: string, wanted: string | undefined): boolean {
  return transport !== 'udp' || wanted === undefined || wanted.toLowerCase() === 'udp';
}

async function routedFlow(
  core: Core,
  dialog: Dialog,
  uri: string,
  routes: readonly string[],
): Promise<FlowChoice> {
  const headers = routes.map((value) => ({ name: 'Route', value }));
  const hop = nextHopUri({ kind: 'request', method: 'OPTIONS', uri, headers, body: emptyBody });
  const choice = await findFlow(core, hop);
  // A proxy that cannot be called back (behind ws) is still at the other end of the connection.
  return choice.kind !== 'flow' && !dialog.flow.closed ? { kind: 'flow', flow: dialog.flow } : choice;
}
