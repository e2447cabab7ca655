import { formatWireTime, type WireMeta } from '@ringback/drachtio-wire';
import {
  clientTransactionKey,
  responseTo,
  type SipRequest,
  type SipResponse,
  serializeMessage,
  type TerminationReason,
} from '@ringback/sip';
import type { Application } from '../application/connection.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { freshTag } from '../identifiers.ts';
import { ClientTransaction } from '../transaction/client-transaction.ts';
import { type Flow, wireProtocol } from '../transport/flow.ts';
import { type Arrival, networkMeta } from './arrival.ts';
import type { Core } from './core.ts';
import type { Outgoing } from './transaction-table.ts';

export interface LaunchSpec {
  request: SipRequest;
  flow: Flow;
  application: Application | undefined;
  dialog?: Dialog;
  /** Each response, also the 408 and 503 made here when none came; those have no arrival. */
  onResponse(outgoing: Outgoing, response: SipResponse, arrival: Arrival | undefined): void;
}

/** Opens the client transaction of a request. It is sent by `outgoing.transaction.start()`. */
export function prepare(core: Core, spec: LaunchSpec): Outgoing {
  const key = clientTransactionKey(spec.request) ?? '';
  const transaction = new ClientTransaction(spec.request, spec.flow, core, {
    response: (response) => {
      if (response.status < 200) sendPendingCancel(outgoing);
      else outgoing.pendingCancel = undefined;
      spec.onResponse(outgoing, response, outgoing.arrival);
    },
    ended: (reason) => {
      core.transactions.removeOutgoing(key, outgoing);
      if (outgoing.dialog?.outgoingInvite === outgoing) outgoing.dialog.outgoingInvite = undefined;
      if (reason === 'normal' || transaction.finalStatus !== undefined) return;
      spec.onResponse(
        outgoing,
        localResponse(spec.request, statusWithoutAnswer(outgoing, reason)),
        undefined,
      );
    },
  });
  const outgoing: Outgoing = {
    transaction,
    application: spec.application,
    dialog: spec.dialog,
    arrival: undefined,
    cancelled: false,
    pendingCancel: undefined,
  };
  core.transactions.addOutgoing(key, outgoing);
  return outgoing;
}

/** RFC 3261 8.1.3.1: a timeout counts as 408, a transport that failed as 503; 9.1: a cancelled INVITE as cancelled. */
function statusWithoutAnswer(outgoing: Outgoing, reason: TerminationReason): number {
  if (outgoing.cancelled) return 487;
  return reason === 'timeout' ? 408 : 503;
}

function sendPendingCancel(outgoing: Outgoing): void {
  const send = outgoing.pendingCancel;
  outgoing.pendingCancel = undefined;
  send?.();
}

/** A response made here, since none came from the network. */
export function localResponse(request: SipRequest, status: number): SipResponse {
  return responseTo(request, status, '', { toTag: freshTag() });
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
  outgoing.application?.tell({ ...meta, kind: 'sip', transactionId: outgoing.transaction.id, dialogId, sip });
}

/** The reference server leaves the address of what it made itself empty. */
function localMeta(core: Core, outgoing: Outgoing, bytes: number): WireMeta {
  const protocol = wireProtocol(outgoing.transaction.flow.transport);
  const time = formatWireTime(core.clock.nowMs());
  return { source: 'network', bytes, protocol, address: '', port: 0, time };
}
