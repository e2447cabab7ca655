import type { SipCommand } from '@ringback/drachtio-wire';
import {
  header,
  parseCSeq,
  responseTo,
  type SipHeader,
  type SipResponse,
  serializeMessage,
  tagOf,
  uasDialog,
} from '@ringback/sip';
import { applicationMeta } from '../core/arrival.ts';
import type { Core } from '../core/core.ts';
import type { Incoming } from '../core/transaction-table.ts';
import { Acceptance } from '../dialog/acceptance.ts';
import { Dialog } from '../dialog/dialog.ts';
import { noteSession } from '../dialog/note-session.ts';
import { judgeAnswer } from '../guard/judge-answer.ts';
import { subscriptionResponded } from '../subscription/open-subscription.ts';
import { contactUri } from '../transport/listeners.ts';
import { hangUp } from '../uac/hang-up.ts';
import { bindContacts } from '../uas/bind-contacts.ts';
import type { Application } from './connection.ts';
import { nok } from './echo.ts';
import { applicationHeaders, impliedContentType, takeHeader, without } from './headers.ts';
import { impliedExpires } from './implied-expires.ts';
import { sendReliably, waitsForPrack, wantsPrack } from './send-reliably.ts';
import { withAnsweredTimer } from './timer-headers.ts';

/** What a response has from its request (RFC 3261 8.2.6.2). */
const FROM_REQUEST = ['From', 'To', 'Call-ID', 'CSeq'];

const MAKES_OR_KEEPS_DIALOG = new Set(['INVITE', 'UPDATE', 'SUBSCRIBE', 'REFER']);

/** An application's answer to a request of the network. */
export function sendResponse(core: Core, application: Application, command: SipCommand): void {
  if (command.transactionId === '') {
    application.reply(command.id, { result: 'no', reason: 'transaction id missing' });
    application.end();
    return;
  }
  const match = /^SIP\/2\.0\s+([1-6]\d\d)(?:\s+(.*))?$/.exec(command.sip.startLine);
  if (!match) {
    nok(application, command.id, 'invalid status line');
    return;
  }
  const incoming = core.transactions.incomingById(command.transactionId);
  if (!incoming?.application) {
    nok(application, command.id, 'Response not sent due to unknown transaction');
    return;
  }
  if (incoming.transaction.flow.closed) {
    nok(application, command.id, 'connection to the peer is gone');
    return;
  }
  const status = Number(match[1]);
  if (waitsForPrack(incoming, status, () => sendResponse(core, application, command))) return;
  const response = buildResponse(core, incoming, command, status, match[2] ?? '');
  if (typeof response === 'string') {
    nok(application, command.id, response);
    return;
  }
  const sent = transmit(core, application, incoming, response);
  if (typeof sent === 'string') {
    nok(application, command.id, sent);
    return;
  }
  core.transactions.answered(incoming);
  judgeAnswer(core.guard, incoming.transaction.flow, incoming.transaction.request, response);
  if (incoming.transaction.request.method === 'INVITE')
    inviteResponded(core, application, incoming, response);
  else {
    if (response.status >= 200 && response.status < 300) bindContacts(core, incoming.transaction, response);
    subscriptionResponded(core, application, incoming, response);
  }
  echoResponse(core, application, command.id, incoming, sent);
}

/** The response as it is sent, or why it is not. */
function transmit(
  core: Core,
  application: Application,
  incoming: Incoming,
  response: SipResponse,
): SipResponse | string {
  const { transaction } = incoming;
  if (wantsPrack(transaction.request, response))
    return sendReliably(core, incoming, response, () => openDialog(core, application, incoming, response));
  return transaction.respond(response) ? response : 'Response not sent due to unknown transaction';
}

function buildResponse(
  core: Core,
  incoming: Incoming,
  command: SipCommand,
  status: number,
  reason: string,
): SipResponse | string {
  const { request, flow } = incoming.transaction;
  const given = withAnsweredTimer(core, incoming, applicationHeaders(command.sip, flow), status);
  const type = impliedContentType(given, command.sip.body);
  const headers: SipHeader[] = [
    ...contactFor(incoming, given, status),
    ...impliedExpires(request, status, given),
    ...without(given, ...FROM_REQUEST),
  ];
  return responseTo(request, status, reason, {
    toTag: tagOf(takeHeader(given, 'To')) ?? incoming.localTag,
    headers: type === 'missing' ? headers : [...headers, ...type],
    body: command.sip.body,
  });
}

function contactFor(incoming: Incoming, given: SipHeader[], status: number): SipHeader[] {
  const { request, flow } = incoming.transaction;
  // RFC 3261 12.1.1: also in a 180, which drachtio-server leaves out and SIP.js cannot do without.
  const wanted = MAKES_OR_KEEPS_DIALOG.has(request.method) && status > 100 && status < 300;
  if (!wanted || takeHeader(given, 'Contact') !== undefined) return [];
  return [{ name: 'Contact', value: `<${contactUri(flow)}>` }];
}

function inviteResponded(
  core: Core,
  application: Application,
  incoming: Incoming,
  response: SipResponse,
): void {
  const { status } = response;
  if (status === 100) return;
  const isReinvite = tagOf(header(incoming.transaction.request, 'To')) !== undefined;
  if (!isReinvite) core.meter.inviteAnswered('in', incoming, status);
  if (status >= 300) {
    if (!isReinvite && incoming.dialog) core.dialogs.remove(incoming.dialog);
    return;
  }
  const dialog = isReinvite ? incoming.dialog : openDialog(core, application, incoming, response);
  if (!dialog || dialog.ended || status < 200) return;
  dialog.incomingInvite = undefined;
  dialog.state = { ...dialog.state, state: 'confirmed' };
  awaitAckOf(core, dialog, incoming, response);
}

function openDialog(
  core: Core,
  application: Application,
  incoming: Incoming,
  response: SipResponse,
): Dialog | undefined {
  const state = uasDialog(incoming.transaction.request, response);
  if (!state) return incoming.dialog;
  // The application may answer under another tag than it rang under.
  if (incoming.dialog && incoming.dialog.localTag !== state.localTag) core.dialogs.remove(incoming.dialog);
  if (incoming.dialog && !incoming.dialog.ended) return incoming.dialog;
  const dialog = new Dialog(state, application, incoming.transaction.flow, core.dialogs.freeId(state));
  dialog.incomingInvite = incoming;
  incoming.dialog = dialog;
  noteSession(core, dialog, 'them', incoming.transaction.request);
  noteSession(core, dialog, 'us', response, incoming.transaction.request);
  core.dialogs.add(dialog, state.remoteTag);
  return dialog;
}

function awaitAckOf(core: Core, dialog: Dialog, incoming: Incoming, response: SipResponse): void {
  const sequence = parseCSeq(header(incoming.transaction.request, 'CSeq') ?? '')?.sequence ?? 0;
  dialog.acceptance?.stop();
  dialog.acceptance = new Acceptance(response, sequence, incoming.transaction.flow, core, () => {
    dialog.acceptance = undefined;
    if (!dialog.runAfterAck()) void hangUp(core, dialog, 'ACK timeout', 'system-error-initiated-termination');
  });
}

function echoResponse(
  core: Core,
  application: Application,
  commandId: string,
  incoming: Incoming,
  response: SipResponse,
): void {
  const { flow, id } = incoming.transaction;
  const sip = serializeMessage(response);
  application.reply(commandId, {
    result: 'response-sent',
    meta: applicationMeta(flow, flow.remote, sip.length, core.clock.nowMs()),
    transactionId: id,
    dialogId: incoming.dialog?.id ?? '',
    sip,
  });
}
