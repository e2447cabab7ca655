import { header, parseRAck } from '@ringback/sip';
import type { Core } from '../core/core.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { noteSession } from '../dialog/note-session.ts';
import { accept, present, refuseInTransaction } from './accept.ts';
import type { Received } from './incoming-request.ts';

/** A PRACK ends the repetition of the response it names and goes to the application; another gets 481 (RFC 3262 3). */
export function receivePrack(core: Core, received: Received, dialog: Dialog): void {
  const { request, arrival } = received;
  const goOn = dialog.ourProvisional?.acknowledge(parseRAck(header(request, 'RAck') ?? ''));
  if (!goOn) {
    refuseInTransaction(core, received, { status: 481, reason: '' });
    return;
  }
  noteSession(core, dialog, 'them', request);
  present(dialog.application, accept(core, received, dialog.application, dialog), arrival, dialog.id);
  // After it: drachtio-srf waits for one PRACK or ACK in a dialog at a time.
  goOn();
}
