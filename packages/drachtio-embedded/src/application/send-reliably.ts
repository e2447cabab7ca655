import { namesOption, type SipRequest, type SipResponse } from '@ringback/sip';
import type { Core } from '../core/core.ts';
import type { Incoming } from '../core/transaction-table.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { ReliableProvisional } from '../dialog/reliable-provisional.ts';
import { callOff } from '../uas/call-off.ts';

/** Whether a response has to be sent reliably: the application asks for it, or the caller insists (RFC 3262 3). */
export function wantsPrack(request: SipRequest, response: SipResponse): boolean {
  if (request.method !== 'INVITE' || response.status <= 100 || response.status >= 200) return false;
  return namesOption(response, 'Require', '100rel') || namesOption(request, 'Require', '100rel');
}

/** The response as it is or will be sent, with its RSeq; or why it cannot be. `open` makes the dialog it belongs to. */
export function sendReliably(
  core: Core,
  incoming: Incoming,
  response: SipResponse,
  open: () => Dialog | undefined,
): SipResponse | string {
  const { transaction } = incoming;
  const { request } = transaction;
  if (!namesOption(request, 'Supported', '100rel') && !namesOption(request, 'Require', '100rel'))
    return 'Remote endpoint does not support 100rel';
  if (transaction.finalStatus !== undefined) return 'Response not sent due to unknown transaction';
  const dialog = incoming.dialog ?? open();
  if (!dialog) return 'no dialog can be made of this INVITE';
  if (!dialog.ourProvisional?.isOf(transaction)) {
    dialog.ourProvisional?.stop();
    dialog.ourProvisional = new ReliableProvisional(transaction, core, () =>
      // RFC 3262 3: a 5xx, when nobody acknowledged for 64*T1.
      callOff(core, incoming, transaction.flow, { status: 504 }),
    );
  }
  return dialog.ourProvisional.send(response) ?? 'too many provisional responses wait for a PRACK';
}

/** Whether a final response has to wait, as a 2xx does for the PRACK of a session description (RFC 3262 3). */
export function waitsForPrack({ transaction, dialog }: Incoming, status: number, again: () => void): boolean {
  if (status < 200 || transaction.finalStatus !== undefined) return false;
  const provisional = dialog?.ourProvisional;
  return provisional?.isOf(transaction) === true && provisional.holds(status, again);
}
