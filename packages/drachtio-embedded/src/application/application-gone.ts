import { responseTo } from '@ringback/sip';
import type { Core } from '../core/core.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { giveUpSubscriptions } from '../subscription/end-subscription.ts';
import { acknowledge } from '../uac/acknowledge.ts';
import { cancelInvite } from '../uac/cancel-invite.ts';
import { hangUp } from '../uac/hang-up.ts';
import type { Application } from './connection.ts';

const TEXT = 'application gone';

/**
 * An application's connection is gone, and nobody else will ever speak for its calls: what waits for its answer gets
 * 503, what it was calling is called off, and its dialogs are ended by BYE.
 */
export function applicationGone(core: Core, application: Application): void {
  core.routes.removeAll(application);
  for (const incoming of core.transactions.allIncoming()) {
    const { transaction } = incoming;
    if (incoming.application !== application || transaction.finalStatus !== undefined) continue;
    const toTag = incoming.dialog?.localTag ?? incoming.localTag;
    core.transactions.answered(incoming);
    transaction.respond(responseTo(transaction.request, 503, '', { toTag }));
    if (incoming.dialog?.state.state === 'early') core.dialogs.remove(incoming.dialog);
  }
  for (const outgoing of core.transactions.allOutgoing()) {
    const { request, finalStatus } = outgoing.transaction;
    if (outgoing.application !== application || finalStatus !== undefined) continue;
    if (request.method === 'INVITE') cancelInvite(core, outgoing);
  }
  for (const dialog of core.dialogs.all()) {
    if (dialog.application !== application) continue;
    giveUpSubscriptions(core, dialog);
    if (dialog.inCall) endDialog(core, dialog);
  }
}

function endDialog(core: Core, dialog: Dialog): void {
  // The CANCEL above ends an early dialog of ours, and the application's own BYE one that it hung up.
  if (dialog.state.state === 'early' || dialog.leaving) return;
  if (dialog.awaitsOurAck) acknowledge(dialog, dialog.flow, { headers: [], body: new Uint8Array(0) });
  // RFC 3261 15: the called side hangs up after the ACK; Acceptance does so too when none comes.
  if (dialog.acceptance) dialog.afterAck = () => void hangUp(core, dialog, TEXT);
  else void hangUp(core, dialog, TEXT);
}
