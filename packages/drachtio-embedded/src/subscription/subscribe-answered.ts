import { header, responseTo, type SipResponse, tagOf, uacDialog } from '@ringback/sip';
import type { Arrival } from '../core/arrival.ts';
import type { Core } from '../core/core.ts';
import type { Outgoing } from '../core/transaction-table.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { dialogId } from '../identifiers.ts';
import { withContact } from '../uac/acknowledge.ts';
import { deliver } from '../uac/launch.ts';
import { showNotify } from './early-notify.ts';
import { giveUpSubscriptions } from './end-subscription.ts';
import { followSubscription, withoutSubscription } from './follow-subscription.ts';
import { openSubscriptionDialog } from './open-subscription.ts';
import { keyOfSubscribe, type Subscribing } from './subscribing.ts';

/**
 * Time for the application to take up what was granted. drachtio-srf hands the dialog over a turn after it has read the
 * 2xx, and answers a NOTIFY read in the same turn by itself.
 */
const HEAD_START_MS = 50;

/**
 * A SUBSCRIBE or REFER that is about to leave: from now on a NOTIFY may come, even before the 2xx. When there are too
 * many, the oldest gives up the forks it may still hear of.
 */
export function awaitNotify(core: Core, outgoing: Outgoing): void {
  const isFull = core.subscribing.size >= core.limits.dialogs;
  const oldest = isFull ? core.subscribing.keys().next().value : undefined;
  if (oldest !== undefined) core.subscribing.delete(oldest);
  const subscribing: Subscribing = { outgoing, phase: 'asked', waiting: [], peers: new Set() };
  core.subscribing.set(keyOfSubscribe(outgoing.transaction.request), subscribing);
}

/** A response to a SUBSCRIBE or REFER of ours outside of a dialog (RFC 6665 4.1.2). */
export function subscribeAnswered(
  core: Core,
  outgoing: Outgoing,
  response: SipResponse,
  arrival: Arrival | undefined,
): void {
  const { request } = outgoing.transaction;
  const key = keyOfSubscribe(request);
  const subscribing = core.subscribing.get(key);
  const isOurs = subscribing?.outgoing === outgoing;
  const dialog = response.status < 300 && arrival ? granted(core, outgoing, response, arrival) : undefined;
  const id = dialog?.id ?? dialogId(header(request, 'Call-ID') ?? '', tagOf(header(request, 'From')) ?? '');
  deliver(core, outgoing, response, arrival, id);
  if (!isOurs || response.status < 200) return;
  if (dialog) {
    subscribing.peers.add(dialog.state.remoteTag);
    openAfterwards(core, key, subscribing);
  } else {
    core.subscribing.delete(key);
    for (const { incoming } of subscribing.waiting)
      incoming.transaction.respond(responseTo(incoming.transaction.request, 481));
  }
}

/** The dialog of a 2xx; undefined when it makes none that anybody wants. */
function granted(
  core: Core,
  outgoing: Outgoing,
  response: SipResponse,
  arrival: Arrival,
): Dialog | undefined {
  const { application } = outgoing;
  const { request } = outgoing.transaction;
  if (response.status < 200 || !application || withoutSubscription(response)) return undefined;
  const state = uacDialog(request, withContact(response, request));
  if (!state) return undefined;
  const dialog = openSubscriptionDialog(core, application, state, arrival.flow);
  followSubscription(core, dialog, request, response, true);
  if (!application.closed) return dialog;
  giveUpSubscriptions(core, dialog);
  return undefined;
}

/** Further forks may be heard of until 64*T1 (RFC 6665 4.1.2.4, timer N). */
function openAfterwards(core: Core, key: string, subscribing: Subscribing): void {
  subscribing.phase = 'granted';
  core.clock.after(HEAD_START_MS, () => {
    subscribing.phase = 'open';
    for (const waiting of subscribing.waiting) showNotify(core, subscribing, waiting);
    subscribing.waiting = [];
  });
  core.clock.after(64 * core.timing.t1, () => {
    if (core.subscribing.get(key) === subscribing) core.subscribing.delete(key);
  });
}
