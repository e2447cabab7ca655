import { formatWireTime, type WireMeta } from '@ringback/drachtio-wire';
import { type SipResponse, serializeMessage } from '@ringback/sip';
import { type Arrival, networkMeta } from '../core/arrival.ts';
import type { Core } from '../core/core.ts';
import type { Outgoing } from '../core/transaction-table.ts';
import { wireProtocol } from '../transport/flow.ts';
import { type LaunchSpec, OutgoingRequest } from './outgoing-request.ts';

/** Opens the client transaction of a request. It is sent by `outgoing.transaction.start()`. */
export function prepare(core: Core, spec: LaunchSpec): Outgoing {
  core.cdrs.attempt('application', spec.request);
  const outgoing = new OutgoingRequest(core, spec);
  if (spec.request.method === 'INVITE') core.meter.inviteBegan(outgoing);
  return outgoing;
}

/** Shows a response to the application that sent the request. */
export function deliver(
  core: Core,
  outgoing: Outgoing,
  response: SipResponse,
  arrival: Arrival | undefined,
  dialogId: string,
): void {
  const sip = serializeMessage(response);
  const meta = arrival ? networkMeta(arrival) : localMeta(core, outgoing, sip.length);
  outgoing.application?.tell({ kind: 'sip', meta, transactionId: outgoing.transaction.id, dialogId, sip });
}

/** The reference server leaves the address of what it made itself empty. */
function localMeta(core: Core, outgoing: Outgoing, bytes: number): WireMeta {
  const protocol = wireProtocol(outgoing.transaction.flow.transport);
  const time = formatWireTime(core.clock.nowMs());
  return { source: 'network', bytes, protocol, address: '', port: 0, time };
}
