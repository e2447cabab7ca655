import { responseTo, serializeMessage } from '@ringback/sip';
import type { Application } from '../application/connection.ts';
import { type Arrival, networkMeta } from '../core/arrival.ts';
import type { Core } from '../core/core.ts';
import type { Incoming } from '../core/transaction-table.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { localEnd } from '../transport/flow.ts';
import { IncomingRequest, type Received } from './incoming-request.ts';
import { countRefusal, type Refusal } from './refuse.ts';

/** Opens the server transaction of a request. Without an application the server itself answers. */
export function accept(core: Core, received: Received, application?: Application, dialog?: Dialog): Incoming {
  const incoming = new IncomingRequest(core, received, application, dialog);
  if (received.request.method === 'INVITE') core.meter.inviteBegan(incoming);
  core.cdrs.attempt('network', received.request);
  return incoming;
}

/** Hands a request to its application. `receivedOn` is told of new requests only. */
export function present(application: Application, incoming: Incoming, arrival: Arrival, dialogId = ''): void {
  const local = localEnd(arrival.flow);
  application.tell({
    kind: 'sip',
    meta: networkMeta(arrival),
    transactionId: incoming.transaction.id,
    dialogId,
    receivedOn: dialogId === '' ? { address: local.host, port: local.port } : undefined,
    sip: serializeMessage(incoming.transaction.request),
  });
}

/** Answers by ourselves, in a transaction, so that a retransmission gets the same answer. */
export function refuseInTransaction(core: Core, received: Received, refusal: Refusal): void {
  const { status, reason, headers = [] } = refusal;
  countRefusal(core, refusal);
  const { transaction, localTag } = accept(core, received);
  transaction.respond(responseTo(received.request, status, reason, { toTag: localTag, headers }));
}
