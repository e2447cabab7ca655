import {
  header,
  isKnownMethod,
  parseCSeq,
  parseMaxForwards,
  responseTo,
  type SipHeader,
  type SipRequest,
  serializeMessage,
  serverTransactionKey,
  tagOf,
  validateRequest,
} from '@ringback/sip';
import type { Application } from '../application/connection.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { freshTag } from '../identifiers.ts';
import { replyFlow, ServerTransaction } from '../transaction/server-transaction.ts';
import { type Arrival, networkMeta } from './arrival.ts';
import type { Core } from './core.ts';
import { receiveAck } from './receive-ack.ts';
import { receiveCancel } from './receive-cancel.ts';
import { receiveInDialog } from './receive-in-dialog.ts';
import type { Incoming } from './transaction-table.ts';

/** Option tags an application or this server can satisfy (RFC 3261 8.2.2.3). */
const SUPPORTED_EXTENSIONS = [
  'replaces',
  'timer',
  'outbound',
  'path',
  'gruu',
  'norefersub',
  'tdialog',
  'join',
];

/** Methods that mean something only inside a dialog. */
const NEEDS_DIALOG = new Set(['BYE', 'UPDATE', 'PRACK']);

export const ALLOWED_METHODS =
  'INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, MESSAGE, INFO, NOTIFY, SUBSCRIBE, PUBLISH, REFER, UPDATE';

/** How long an overloaded server asks to be left alone. */
const RETRY_AFTER_SEC = 5;

/** A request whose Via is already marked with where it came from. */
export function receiveRequest(core: Core, arrival: Arrival, request: SipRequest): void {
  const key = serverTransactionKey(request);
  const known = core.transactions.incoming(key);
  if (known) {
    const ack = known.transaction.receive(request);
    if (ack) receiveAck(core, arrival, ack);
    return;
  }
  const fault = validateRequest(request, { supported: SUPPORTED_EXTENSIONS });
  if (request.method === 'ACK') {
    if (!fault) receiveAck(core, arrival, request);
    return;
  }
  if (core.transactions.incomingCount >= core.limits.serverTransactions) {
    refuseOverload(arrival, request);
    return;
  }
  if (fault) refuseNow(core, arrival, key, request, fault.status, fault.reason, fault.headers);
  else if (request.method === 'CANCEL') receiveCancel(core, arrival, key, request);
  else if (tagOf(header(request, 'To')) !== undefined) receiveInDialog(core, arrival, key, request);
  else receiveOutOfDialog(core, arrival, key, request);
}

function receiveOutOfDialog(core: Core, arrival: Arrival, key: string, request: SipRequest): void {
  const { method } = request;
  // RFC 3261 8.2.2.2: the same request by two ways, from a proxy that forks back to us.
  if (core.transactions.hasOrigin(origin(request))) {
    refuseNow(core, arrival, key, request, 482, 'Loop Detected');
    return;
  }
  if (NEEDS_DIALOG.has(method)) {
    refuseNow(core, arrival, key, request, 481, '');
    return;
  }
  // An INVITE is passed on by whoever routes it, so that a loop has to end here (RFC 3261 16.3).
  const hops = parseMaxForwards(header(request, 'Max-Forwards') ?? '70');
  if (method === 'INVITE' && hops === 0) {
    refuseNow(core, arrival, key, request, 483, '');
    return;
  }
  if (method === 'INVITE' && header(request, 'Contact') === undefined) {
    refuseNow(core, arrival, key, request, 400, 'Missing Contact');
    return;
  }
  const application = core.routes.next(method.toLowerCase());
  if (!application) {
    refuseUnrouted(core, arrival, key, request);
    return;
  }
  const incoming = accept(core, arrival, key, request, application);
  if (method === 'INVITE') incoming.transaction.respond(responseTo(request, 100));
  present(application, incoming, arrival, '', true);
}

function refuseUnrouted(core: Core, arrival: Arrival, key: string, request: SipRequest): void {
  if (!isKnownMethod(request.method)) {
    refuseNow(core, arrival, key, request, 501, '');
    return;
  }
  if (request.method === 'REFER') {
    // RFC 3261 8.2.1: outside of a dialog nobody here takes it.
    refuseNow(core, arrival, key, request, 405, '', [{ name: 'Allow', value: ALLOWED_METHODS }]);
    return;
  }
  core.logger.warn({ method: request.method }, 'no application has routed this method');
  refuseNow(core, arrival, key, request, 503, '');
}

/** Opens the server transaction of a request. Without an application the server itself answers. */
export function accept(
  core: Core,
  arrival: Arrival,
  key: string,
  request: SipRequest,
  application: Application | undefined,
  dialog?: Dialog,
): Incoming {
  const from = origin(request);
  const transaction = new ServerTransaction(key, request, arrival.flow, core, () => {
    core.transactions.removeIncoming(incoming, from);
    cancelGuard();
    if (incoming.dialog?.incomingInvite === incoming) incoming.dialog.incomingInvite = undefined;
  });
  const incoming: Incoming = { transaction, application, localTag: freshTag(), dialog };
  const cancelGuard = core.clock.after(128 * core.timing.t1, () => abandonUnanswered(core, incoming));
  core.transactions.addIncoming(incoming, from);
  return incoming;
}

/** An application that is connected but says nothing must not keep the caller waiting for ever. */
function abandonUnanswered(core: Core, incoming: Incoming): void {
  const { transaction, dialog } = incoming;
  if (transaction.finalStatus !== undefined || dialog) return;
  core.logger.warn({ method: transaction.request.method }, 'the application never answered');
  if (transaction.request.method === 'INVITE') {
    transaction.respond(responseTo(transaction.request, 504, '', { toTag: incoming.localTag }));
  } else {
    // RFC 4320 4.2: the sender has given up long ago, and a late 408 helps nobody.
    transaction.abandon();
  }
}

/** Hands a request to its application. */
export function present(
  application: Application,
  incoming: Incoming,
  arrival: Arrival,
  dialogId: string,
  isNew: boolean,
): void {
  const { local } = arrival.flow;
  application.tell({
    ...networkMeta(arrival),
    kind: 'sip',
    transactionId: incoming.transaction.id,
    dialogId,
    ...(isNew ? { receivedOn: { address: local.host, port: local.port } } : {}),
    sip: serializeMessage(incoming.transaction.request),
  });
}

/** Answers by ourselves, in a transaction, so that a retransmission gets the same answer. */
export function refuseNow(
  core: Core,
  arrival: Arrival,
  key: string,
  request: SipRequest,
  status: number,
  reason: string,
  headers: readonly SipHeader[] = [],
): void {
  const incoming = accept(core, arrival, key, request, undefined);
  incoming.transaction.respond(responseTo(request, status, reason, { toTag: incoming.localTag, headers }));
}

function refuseOverload(arrival: Arrival, request: SipRequest): void {
  const headers = [{ name: 'Retry-After', value: String(RETRY_AFTER_SEC) }];
  const response = responseTo(request, 503, '', { toTag: freshTag(), headers });
  replyFlow(request, arrival.flow).send(serializeMessage(response));
}

function origin(request: SipRequest): string {
  const sequence = parseCSeq(header(request, 'CSeq') ?? '');
  const tag = tagOf(header(request, 'From')) ?? '';
  return `${header(request, 'Call-ID')}\n${tag}\n${sequence?.sequence} ${sequence?.method}`;
}
