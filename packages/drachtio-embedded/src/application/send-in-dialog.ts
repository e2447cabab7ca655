import {
  type Dialog as DialogState,
  emptyBody,
  refreshTarget,
  requestInDialog,
  type SipHeader,
  type SipRequest,
  type SipResponse,
  uriScheme,
} from '@ringback/sip';
import type { Arrival } from '../core/arrival.ts';
import type { Core } from '../core/core.ts';
import type { Outgoing } from '../core/transaction-table.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { endCall, hasUseFor } from '../dialog/end-call.ts';
import { noteSession } from '../dialog/note-session.ts';
import { followSubscription } from '../subscription/follow-subscription.ts';
import { deadFlow, type Flow } from '../transport/flow.ts';
import { contactUri } from '../transport/listeners.ts';
import { acknowledge, acknowledgeAgain } from '../uac/acknowledge.ts';
import { cancelInvite } from '../uac/cancel-invite.ts';
import { dialogFlow } from '../uac/dialog-flow.ts';
import { viaFor } from '../uac/hang-up.ts';
import { awaitAck, takeTheirs } from '../uac/invite-answered.ts';
import { deliver, prepare } from '../uac/launch.ts';
import type { FlowChoice } from '../uac/next-hop.ts';
import { callOff } from '../uas/call-off.ts';
import { ownConflict } from '../uas/conflict.ts';
import { claimPrack } from './claim-prack.ts';
import type { RequestCommand } from './commands.ts';
import type { Application } from './connection.ts';
import { echoRequest, nok } from './echo.ts';
import { applicationHeaders, impliedContentType, takeHeader, without } from './headers.ts';
import { withKeptTimer } from './timer-headers.ts';

/** drachtio-srf knows this sentence and makes ENODIALOG of it. */
const NO_DIALOG = 'Server error: unable to find dialog for dialog id provided';

const FROM_DIALOG = ['From', 'To', 'Call-ID', 'CSeq', 'Max-Forwards'];
/** They say where the peer's next request has to go (RFC 3261 12.2.1, RFC 6665 4.4.1). */
const REFRESHES_TARGET = new Set(['INVITE', 'UPDATE', 'SUBSCRIBE', 'NOTIFY', 'REFER']);

/** A request inside a dialog; everything that names the dialog is filled in here. */
export async function sendInDialog(
  core: Core,
  application: Application,
  wanted: RequestCommand,
): Promise<void> {
  const { command, method } = wanted;
  const dialog = core.dialogs.byId(command.dialogId);
  if (!dialog || !hasUseFor(dialog, method)) return nok(application, command.id, NO_DIALOG);
  // The application knows nothing of an INVITE the server sends by itself, so that it is not refused for one.
  if (method === 'INVITE') await dialog.refreshed;
  await dialog.inTurn(async () => {
    if (dialog.ended || !hasUseFor(dialog, method)) return nok(application, command.id, NO_DIALOG);
    const conflict = ownConflict(dialog, method, command.sip.body.length > 0);
    if (conflict) return nok(application, command.id, conflict);
    const choice = await dialogFlow(core, dialog);
    send(core, application, dialog, wanted, choice);
  });
}

function send(
  core: Core,
  application: Application,
  dialog: Dialog,
  wanted: RequestCommand,
  choice: FlowChoice,
): void {
  const { command, method } = wanted;
  const flow = choice.kind === 'flow' ? choice.flow : deadFlow(dialog.flow.listener, dialog.flow.remote);
  const composed = compose(dialog, wanted, flow);
  if (typeof composed === 'string') {
    nok(application, command.id, composed);
    return;
  }
  const outgoing = prepare(core, {
    request: composed.request,
    flow,
    alternatives: choice.kind === 'flow' ? choice.alternatives : undefined,
    application,
    dialog,
    onResponse: answered,
  });
  dialog.keep(composed.dialog);
  noteSession(core, dialog, 'us', composed.request);
  if (method === 'BYE') leaveInvites(core, dialog);
  if (method === 'INVITE') dialog.outgoingInvite = outgoing;
  if (method === 'BYE') dialog.leaving = true;
  const { transaction } = outgoing;
  if (method === 'BYE') core.cdrs.stop('application', 'normal-release', transaction.request);
  echoRequest(core, application, command.id, transaction.id, transaction.request, transaction.flow);
  // RFC 3261 15: the called side may hang up only after the ACK, or when none came.
  if (method === 'BYE' && dialog.acceptance) dialog.afterAck = () => outgoing.transaction.start();
  else outgoing.transaction.start();
}

/** The request with the state of the dialog after it, or why there is none. */
function compose(
  dialog: Dialog,
  wanted: RequestCommand,
  flow: Flow,
): { dialog: DialogState; request: SipRequest } | string {
  const { command, method } = wanted;
  const headers = headersFor(dialog, wanted, flow);
  if (headers === 'missing-content-type') return 'Server error: missing content-type';
  const prack = method === 'PRACK' ? claimPrack(dialog, headers) : undefined;
  if (method === 'PRACK' && !prack) return 'no reliable provisional response awaits a PRACK in that dialog';
  const { fork, headers: lines } = prack ?? { fork: dialog.state, headers };
  const made = requestInDialog(fork, method, { via: viaFor(flow), headers: lines, body: command.sip.body });
  // drachtio-srf writes the URI of its INVITE into a PRACK.
  const toTarget = method === 'PRACK' || wanted.uri.includes('placeholder');
  if (toTarget) return made;
  if (uriScheme(wanted.uri) === undefined) return 'Server error: invalid request-uri';
  return { ...made, request: { ...made.request, uri: wanted.uri } };
}

/** Who hangs up wants no INVITE any more, neither of ours nor of the peer's. */
function leaveInvites(core: Core, dialog: Dialog): void {
  const { outgoingInvite, incomingInvite } = dialog;
  if (outgoingInvite) cancelInvite(core, outgoingInvite);
  if (incomingInvite) callOff(core, incomingInvite, incomingInvite.transaction.flow);
}

function headersFor(
  dialog: Dialog,
  { command, method }: RequestCommand,
  flow: Flow,
): SipHeader[] | 'missing-content-type' {
  const given = without(applicationHeaders(command.sip, flow), ...FROM_DIALOG);
  const type = impliedContentType(given, command.sip.body);
  if (type === 'missing') return 'missing-content-type';
  const needsContact = REFRESHES_TARGET.has(method) && takeHeader(given, 'Contact') === undefined;
  const contact = needsContact ? [{ name: 'Contact', value: `<${contactUri(flow)}>` }] : [];
  return [...contact, ...withKeptTimer(dialog, method, given), ...type];
}

function answered(core: Core, outgoing: Outgoing, response: SipResponse, arrival: Arrival | undefined): void {
  const { dialog } = outgoing;
  if (!dialog) return;
  const { method } = outgoing.transaction.request;
  if (method === 'INVITE' && response.status < 200 && !takeTheirs(dialog, response)) return;
  if (method === 'INVITE' && response.status >= 200) {
    const again = dialog.outgoingInvite !== outgoing;
    if (again) {
      acknowledgeAgain(dialog, response);
      return;
    }
    dialog.outgoingInvite = undefined;
    if (response.status < 300) accepted(core, dialog, outgoing);
  }
  noteSession(core, dialog, 'them', response, outgoing.transaction.request);
  if (isSuccess(response)) dialog.state = refreshed(dialog.state, method, response);
  if (method === 'BYE' && response.status >= 200) hungUp(core, dialog, response.status);
  followSubscription(core, dialog, outgoing.transaction.request, response, true);
  deliver(core, outgoing, response, arrival, dialog.id);
}

/** A 2xx to an INVITE in the dialog. When a BYE was faster nobody is left to acknowledge it but us. */
function accepted(core: Core, dialog: Dialog, { transaction }: Outgoing): void {
  if (dialog.inCall) awaitAck(core, dialog);
  else acknowledge(dialog, transaction.flow, { headers: [], body: emptyBody });
}

/** 401 and 407 keep the dialog for the BYE with credentials. */
function hungUp(core: Core, dialog: Dialog, status: number): void {
  const challenged = status === 401 || status === 407;
  if (!challenged || dialog.application.closed) endCall(core, dialog);
  else dialog.leaving = false;
}

const isSuccess = (response: SipResponse) => response.status >= 200 && response.status < 300;

function refreshed(state: DialogState, method: string, response: SipResponse): DialogState {
  return REFRESHES_TARGET.has(method) ? refreshTarget(state, response) : state;
}
