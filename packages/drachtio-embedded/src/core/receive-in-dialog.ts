import { receiveInDialog as checkInDialog, dialogKeyOf, responseTo, type SipRequest } from '@ringback/sip';
import type { Dialog } from '../dialog/dialog.ts';
import type { Arrival } from './arrival.ts';
import type { Core } from './core.ts';
import { accept, present, refuseNow } from './receive-request.ts';

/** A request with a To tag: of a dialog of ours, or of none (RFC 3261 12.2.2). */
export function receiveInDialog(core: Core, arrival: Arrival, key: string, request: SipRequest): void {
  const dialog = core.dialogs.byKey(dialogKeyOf(request));
  if (!dialog || dialog.application.closed) {
    refuseNow(core, arrival, key, request, 481, '');
    return;
  }
  const conflict = request.method === 'INVITE' ? inviteConflict(dialog) : undefined;
  if (conflict) {
    const headers = conflict === 500 ? [{ name: 'Retry-After', value: String(retryAfterSec()) }] : [];
    refuseNow(core, arrival, key, request, conflict, '', headers);
    return;
  }
  const checked = checkInDialog(dialog.state, request);
  if (!checked.ok) {
    refuseNow(core, arrival, key, request, checked.status, checked.reason);
    return;
  }
  const retargeted = checked.dialog.remoteTarget !== dialog.state.remoteTarget;
  dialog.state = checked.dialog;
  if (retargeted || arrival.flow.reliable) dialog.moveTo(arrival.flow);
  const incoming = accept(core, arrival, key, request, dialog.application, dialog);
  if (request.method === 'INVITE') {
    dialog.incomingInvite = incoming;
    incoming.transaction.respond(responseTo(request, 100));
  }
  if (request.method === 'BYE') endBy(core, dialog);
  present(dialog.application, incoming, arrival, dialog.id, false);
}

/** RFC 3261 14.2: not while another INVITE is open, in either direction. */
function inviteConflict(dialog: Dialog): 491 | 500 | undefined {
  if (dialog.outgoingInvite || dialog.acceptance || dialog.awaitsOurAck) return 491;
  return dialog.incomingInvite ? 500 : undefined;
}

/** RFC 3261 14.2: a random value between 0 and 10 seconds. */
function retryAfterSec(): number {
  return Math.floor(Math.random() * 11);
}

/** RFC 3261 15.1.2: an INVITE of the peer that is still open gets 487. */
function endBy(core: Core, dialog: Dialog): void {
  const open = dialog.incomingInvite;
  core.dialogs.remove(dialog);
  if (!open || open.transaction.finalStatus !== undefined) return;
  open.transaction.respond(responseTo(open.transaction.request, 487, '', { toTag: dialog.localTag }));
}
