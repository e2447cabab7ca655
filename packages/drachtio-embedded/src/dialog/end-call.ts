import type { Core } from '../core/core.ts';
import type { Dialog } from './dialog.ts';

/** What belongs to the call of a dialog and to nothing else in it (RFC 5057 5.1). */
const OF_THE_CALL = new Set(['INVITE', 'BYE', 'UPDATE', 'PRACK', 'INFO']);

/** A BYE ends the call; the dialog goes on while a subscription, such as that of a REFER, lives in it (RFC 5057 4.1). */
export function endCall(core: Core, dialog: Dialog): void {
  if (dialog.subscriptions.size === 0) core.dialogs.remove(dialog);
  else dialog.endCall();
}

/** Whether a request of that method has anything left in the dialog to belong to. */
export function hasUseFor(dialog: Dialog, method: string): boolean {
  return dialog.inCall || !OF_THE_CALL.has(method);
}
