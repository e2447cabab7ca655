import { header, parseCSeq, responseTo, type SipRequest, serializeMessage, tagOf } from '@ringback/sip';
import type { Application } from '../application/connection.ts';
import { type Arrival, networkMeta } from '../core/arrival.ts';
import type { Core } from '../core/core.ts';
import type { Incoming } from '../core/transaction-table.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { noteSession } from '../dialog/note-session.ts';
import { freshTag } from '../identifiers.ts';
import { ServerTransaction } from '../transaction/server-transaction.ts';
import { localEnd } from '../transport/flow.ts';
import { countRefusal, type Refusal } from './refuse.ts';

/** A request that came, with the key of its server transaction. */
export interface Received {
  request: SipRequest;
  key: string;
  arrival: Arrival;
}

/** Opens the server transaction of a request. Without an application the server itself answers. */
export function accept(
  core: Core,
  { request, key, arrival }: Received,
  application?: Application,
  dialog?: Dialog,
): Incoming {
  const from = originOf(request);
  const transaction = new ServerTransaction(key, request, arrival.flow, core, {
    responded: (response) => {
      if (response.status >= 200) cancelGuard();
      if (incoming.dialog) noteSession(core, incoming.dialog, 'us', response, request);
      if (response.status >= 200) noLongerOpen(incoming);
      const role = incoming.forwarding ? 'proxy-uas' : 'uas';
      core.cdrs.answered('application', role, request, response);
    },
    ended: () => {
      core.transactions.removeIncoming(incoming, from);
      cancelGuard();
      incoming.forwarding?.end();
      noLongerOpen(incoming);
    },
  });
  const incoming: Incoming = {
    transaction,
    application,
    localTag: freshTag(),
    dialog,
    forwarding: undefined,
  };
  if (request.method === 'INVITE') core.meter.inviteBegan(incoming);
  const cancelGuard = core.clock.after(128 * core.timing.t1, () => abandonUnanswered(core, incoming));
  core.transactions.addIncoming(incoming, from);
  core.cdrs.attempt('network', request);
  return incoming;
}

function noLongerOpen(incoming: Incoming): void {
  if (incoming.dialog?.incomingInvite === incoming) incoming.dialog.incomingInvite = undefined;
}

/** An application that is connected but says nothing must not keep the caller waiting for ever. */
function abandonUnanswered(core: Core, { transaction, dialog, localTag, forwarding }: Incoming): void {
  if (transaction.finalStatus !== undefined || transaction.rings || forwarding) return;
  core.logger.warn({ method: transaction.request.method }, 'the application never answered');
  if (transaction.request.method === 'INVITE') {
    transaction.respond(responseTo(transaction.request, 504, '', { toTag: dialog?.localTag ?? localTag }));
  } else {
    // RFC 4320 4.2: the sender has given up long ago, and a late 408 helps nobody.
    transaction.abandon();
  }
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

/** What stays the same when one request arrives by two ways (RFC 3261 8.2.2.2). */
export function originOf(request: SipRequest): string {
  const sequence = parseCSeq(header(request, 'CSeq') ?? '');
  const tag = tagOf(header(request, 'From')) ?? '';
  return `${header(request, 'Call-ID')}\n${tag}\n${sequence?.sequence} ${sequence?.method}`;
}
