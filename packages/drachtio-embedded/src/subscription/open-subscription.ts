import { type Dialog as DialogState, type SipResponse, uasDialog } from '@ringback/sip';
import type { Application } from '../application/connection.ts';
import type { Core } from '../core/core.ts';
import type { Incoming } from '../core/transaction-table.ts';
import { Dialog } from '../dialog/dialog.ts';
import type { Flow } from '../transport/flow.ts';
import { followSubscription, withoutSubscription } from './follow-subscription.ts';

/** A dialog without a call in it. */
export function openSubscriptionDialog(
  core: Core,
  application: Application,
  state: DialogState,
  flow: Flow,
): Dialog {
  const dialog = new Dialog(state, application, flow, core.dialogs.freeId(state));
  dialog.inCall = false;
  core.dialogs.add(dialog, state.remoteTag);
  return dialog;
}

/** Our application's answer to SUBSCRIBE, REFER or NOTIFY: it may make a dialog, and change or end a subscription. */
export function subscriptionResponded(
  core: Core,
  application: Application,
  incoming: Incoming,
  response: SipResponse,
): void {
  const { request, flow } = incoming.transaction;
  const asks = request.method === 'SUBSCRIBE' || request.method === 'REFER';
  const isGrant = asks && response.status >= 200 && response.status < 300 && !withoutSubscription(response);
  if (isGrant && !incoming.dialog) {
    const state = uasDialog(request, response);
    if (state) incoming.dialog = openSubscriptionDialog(core, application, state, flow);
  }
  if (incoming.dialog) followSubscription(core, incoming.dialog, request, response, false);
}
