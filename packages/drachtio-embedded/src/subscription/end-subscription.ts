import { type EventType, requestInDialog, type SipHeader, seenByPeer } from '@ringback/sip';
import type { Core } from '../core/core.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { contactUri } from '../transport/listeners.ts';
import { tellUnsolicited, viaFor } from '../uac/hang-up.ts';
import { sendOwn } from '../uac/send-own.ts';
import type { Subscription } from './subscription.ts';

/** A subscriber that does not come again lets its subscription run out; to the application it unsubscribes. */
export function subscriptionLapsed(core: Core, dialog: Dialog, { role, event }: Subscription): void {
  if (role === 'notifier')
    tellMadeUp(core, dialog, 'SUBSCRIBE', [eventHeader(event), { name: 'Expires', value: '0' }]);
}

/** Nobody ended it: a subscriber is sent the last NOTIFY by us, and an application that subscribed is shown one. */
export function subscriptionForsaken(core: Core, dialog: Dialog, subscription: Subscription): void {
  if (subscription.role === 'notifier') void endByNotify(core, dialog, subscription, 'timeout');
  else tellMadeUp(core, dialog, 'NOTIFY', finalNotify(subscription, 'timeout'));
}

/** Ends the subscriptions of a dialog for an application that is gone, and the dialog unless a call is in it. */
export function giveUpSubscriptions(core: Core, dialog: Dialog): void {
  for (const subscription of dialog.subscriptions) {
    subscription.cancelTimer();
    void giveUp(core, dialog, subscription);
  }
  dialog.subscriptions.clear();
  if (!dialog.inCall) core.dialogs.remove(dialog);
}

function giveUp(core: Core, dialog: Dialog, subscription: Subscription): Promise<void> {
  // RFC 6665 4.1.3: the subscriber may try again after a while.
  if (subscription.role === 'notifier')
    return endByNotify(core, dialog, subscription, 'probation;retry-after=5');
  return sendOwn(core, dialog, 'SUBSCRIBE', [
    eventHeader(subscription.event),
    { name: 'Expires', value: '0' },
  ]);
}

function endByNotify(core: Core, dialog: Dialog, subscription: Subscription, reason: string): Promise<void> {
  return sendOwn(core, dialog, 'NOTIFY', finalNotify(subscription, reason));
}

function finalNotify({ event }: Subscription, reason: string): SipHeader[] {
  return [eventHeader(event), { name: 'Subscription-State', value: `terminated;reason=${reason}` }];
}

function eventHeader({ type, id }: EventType): SipHeader {
  return { name: 'Event', value: id === undefined ? type : `${type};id=${id}` };
}

/** Shows the application what its peer failed to send, so that it learns of the end as it would have. */
function tellMadeUp(core: Core, dialog: Dialog, method: string, headers: readonly SipHeader[]): void {
  const state = seenByPeer(dialog.state, contactUri(dialog.flow));
  const via = viaFor(dialog.flow);
  const { request } = requestInDialog(state, method, { via, headers });
  tellUnsolicited(core, dialog, dialog.flow, request);
}
