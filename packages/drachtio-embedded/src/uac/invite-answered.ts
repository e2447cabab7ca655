import {
  confirmDialog,
  type Dialog as DialogState,
  header,
  type SipResponse,
  tagOf,
  takeProvisional,
  uacDialog,
} from '@ringback/sip';
import type { Application } from '../application/connection.ts';
import type { Arrival } from '../core/arrival.ts';
import type { Core } from '../core/core.ts';
import type { Outgoing } from '../core/transaction-table.ts';
import { Dialog } from '../dialog/dialog.ts';
import { noteSession } from '../dialog/note-session.ts';
import { dialogId } from '../identifiers.ts';
import { acknowledge, acknowledgeAgain, turnDown, withContact } from './acknowledge.ts';
import { hangUp } from './hang-up.ts';
import { deliver } from './launch.ts';
import { localResponse } from './outgoing-request.ts';

/** A response to an INVITE that makes a dialog (RFC 3261 13.2.2). */
export function inviteAnswered(
  core: Core,
  outgoing: Outgoing,
  response: SipResponse,
  arrival: Arrival | undefined,
): void {
  const { request } = outgoing.transaction;
  core.meter.inviteAnswered('out', outgoing, response.status);
  const id = dialogId(header(request, 'Call-ID') ?? '', tagOf(header(request, 'From')) ?? '');
  if (response.status < 200) {
    if (response.status > 100 && arrival && !early(core, outgoing, response, arrival)) return;
  } else if (response.status < 300 && arrival) {
    if (!accepted(core, outgoing, response, arrival)) return;
  } else if (outgoing.dialog) {
    core.dialogs.remove(outgoing.dialog);
  }
  if (outgoing.dialog) noteSession(core, outgoing.dialog, 'them', response, request);
  // An INVITE that was called off ends in 487 for its application, also when nobody answers any more.
  deliver(core, outgoing, response, arrival, id);
}

/** False when a reliable response is not for the application: it came before, or one before it did not (RFC 3262 4). */
function early(core: Core, outgoing: Outgoing, response: SipResponse, arrival: Arrival): boolean {
  const { request } = outgoing.transaction;
  const state = uacDialog(request, withContact(response, request));
  if (!state || !outgoing.application) return true;
  const { dialog } = outgoing;
  if (!dialog) {
    outgoing.dialog = open(core, state, outgoing.application, outgoing, arrival);
    return takeTheirs(outgoing.dialog, response);
  }
  if (!takeTheirs(dialog, response)) return false;
  // A fork, or news of the same one: whoever spoke last is whom a request now goes to (RFC 3261 12.1).
  if (dialog.state.state === 'early' && dialog.state.remoteTag !== state.remoteTag)
    dialog.state = dialog.fork(state.remoteTag) ?? state;
  core.dialogs.add(dialog, state.remoteTag);
  dialog.moveTo(arrival.flow);
  return true;
}

/** Keeps account of the peer's reliable provisional responses. False for one that is to be dropped. */
export function takeTheirs(dialog: Dialog, response: SipResponse): boolean {
  const { state, isNew } = takeProvisional(dialog.theirProvisional, response);
  dialog.theirProvisional = state;
  return isNew;
}

function open(
  core: Core,
  state: DialogState,
  application: Application,
  outgoing: Outgoing,
  arrival: Arrival,
): Dialog {
  const dialog = new Dialog(state, application, arrival.flow);
  dialog.outgoingInvite = outgoing;
  noteSession(core, dialog, 'us', outgoing.transaction.request);
  core.dialogs.add(dialog, state.remoteTag);
  return dialog;
}

/** False when the 2xx is not for the application: it came before, or a second fork answered too. */
function accepted(core: Core, outgoing: Outgoing, response: SipResponse, arrival: Arrival): boolean {
  const { request } = outgoing.transaction;
  const state = uacDialog(request, withContact(response, request));
  if (!state) return true;
  const known = outgoing.dialog;
  if (known?.ended && known.state.state === 'early') {
    // A BYE ended it before it was answered.
    turnDown(core, request, response, arrival.flow, 'called off');
    deliver(core, outgoing, localResponse(request, 487), undefined, known.id);
    return false;
  }
  if (known?.ended || known?.state.state === 'confirmed') {
    if (known.state.remoteTag === state.remoteTag) acknowledgeAgain(known, response);
    else turnDown(core, request, response, arrival.flow, 'answered elsewhere');
    return false;
  }
  if (!outgoing.application || outgoing.application.closed) {
    if (known) core.dialogs.remove(known);
    turnDown(core, request, response, arrival.flow, 'application gone');
    return false;
  }
  const dialog = known ?? open(core, state, outgoing.application, outgoing, arrival);
  const fork = dialog.fork(state.remoteTag);
  dialog.state = fork && fork !== state ? confirmDialog(fork, response) : state;
  core.dialogs.add(dialog, state.remoteTag);
  dialog.moveTo(arrival.flow);
  dialog.calledOff = outgoing.cancelled;
  dialog.outgoingInvite = undefined;
  outgoing.dialog = dialog;
  awaitAck(core, dialog);
  return true;
}

/** Only the application knows when to acknowledge; one that never does must not leave the peer hanging. */
export function awaitAck(core: Core, dialog: Dialog): void {
  dialog.ackGuard?.();
  dialog.ackGuard = core.clock.after(64 * core.timing.t1, () => {
    acknowledge(dialog, dialog.flow, { headers: [], body: new Uint8Array(0) });
    void hangUp(core, dialog, 'never acknowledged by the application');
  });
}
