import { requestInDialog, type SipHeader } from '@ringback/sip';
import type { Core } from '../core/core.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { contactUri } from '../transport/listeners.ts';
import { dialogFlow } from './dialog-flow.ts';
import { viaFor } from './hang-up.ts';
import { prepare } from './launch.ts';

/**
 * Sends a request inside a dialog, also of one that has just ended, whose answer nobody waits for. Never rejects; a
 * peer that cannot be reached has to find out by itself.
 */
export function sendOwn(
  core: Core,
  dialog: Dialog,
  method: string,
  headers: readonly SipHeader[],
): Promise<void> {
  const done = dialog.inTurn(async () => {
    const choice = await dialogFlow(core, dialog);
    if (choice.kind !== 'flow' || choice.flow.closed) return;
    const { flow } = choice;
    const made = requestInDialog(dialog.state, method, {
      via: viaFor(flow),
      headers: [{ name: 'Contact', value: `<${contactUri(flow)}>` }, ...headers],
    });
    dialog.state = made.dialog;
    const { request } = made;
    prepare(core, { request, flow, application: undefined, onResponse: () => undefined }).transaction.start();
  });
  return done.catch((error: unknown) => {
    core.logger.error({ err: error, dialog: dialog.id, method }, 'a request of the server failed');
  });
}
