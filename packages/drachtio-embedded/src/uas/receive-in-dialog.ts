import { receiveInDialog as checkInDialog, dialogKeyOf, header, responseTo, tagOf } from '@ringback/sip';
import type { Core } from '../core/core.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { endCall, hasUseFor } from '../dialog/end-call.ts';
import { noteSession } from '../dialog/note-session.ts';
import { passOn } from '../proxy/pass-on.ts';
import { receiveEarlyNotify } from '../subscription/early-notify.ts';
import type { Flow } from '../transport/flow.ts';
import { expectFinal } from '../uac/cancel-invite.ts';
import { accept, present, refuseInTransaction } from './accept.ts';
import { callOff } from './call-off.ts';
import { conflictOf } from './conflict.ts';
import type { Received } from './incoming-request.ts';
import { receivePrack } from './receive-prack.ts';
import { refuse } from './refuse.ts';

/** A request with a To tag: of a dialog of ours, or of none (RFC 3261 12.2.2). */
export function receiveInDialog(core: Core, received: Received): void {
  const { request, arrival } = received;
  if (request.method === 'NOTIFY' && receiveEarlyNotify(core, received)) return;
  const dialog = core.dialogs.byKey(dialogKeyOf(request));
  if (!dialog && passOn(core, received)) return;
  if (!dialog || dialog.application.closed || !hasUseFor(dialog, request.method)) {
    refuse(core, arrival.flow, request, { status: 481, reason: '' });
    return;
  }
  const conflict = conflictOf(dialog, request);
  if (conflict) {
    refuseInTransaction(core, received, conflict);
    return;
  }
  const fork = dialog.fork(tagOf(header(request, 'From')) ?? '') ?? dialog.state;
  const checked = checkInDialog(fork, request);
  if (!checked.ok) {
    refuseInTransaction(core, received, checked);
    return;
  }
  const retargeted = checked.dialog.remoteTarget !== fork.remoteTarget;
  dialog.keep(checked.dialog);
  if (retargeted || arrival.flow.reliable) dialog.moveTo(arrival.flow);
  if (request.method === 'BYE' && dialog.incomingInvite && dialog.state.state === 'early') {
    byeBeforeAnswer(core, received, dialog);
    return;
  }
  if (request.method === 'PRACK') {
    receivePrack(core, received, dialog);
    return;
  }
  const incoming = accept(core, received, dialog.application, dialog);
  noteSession(core, dialog, 'them', request);
  if (request.method === 'INVITE') {
    dialog.incomingInvite = incoming;
    incoming.transaction.respond(responseTo(request, 100));
  }
  if (request.method === 'UPDATE') dialog.incomingUpdate = incoming;
  if (request.method === 'BYE') {
    core.cdrs.stop('network', 'normal-release', request);
    endBy(core, dialog, arrival.flow);
  }
  present(dialog.application, incoming, arrival, dialog.id);
}

/** RFC 3261 15.1.2: an INVITE of the peer that is still open gets 487. */
function endBy(core: Core, dialog: Dialog, flow: Flow): void {
  const { incomingInvite, outgoingInvite } = dialog;
  if (incomingInvite) callOff(core, incomingInvite, flow);
  // The peer owes a 487 to ours, which may get lost.
  if (outgoingInvite) expectFinal(core, outgoingInvite);
  endCall(core, dialog);
}

/** RFC 3261 15: a caller may end an early dialog by BYE. To its application that is a call that was called off. */
function byeBeforeAnswer(core: Core, received: Received, dialog: Dialog): void {
  const { transaction } = accept(core, received);
  transaction.respond(responseTo(received.request, 200));
  endBy(core, dialog, received.arrival.flow);
}
