import {
  receiveInDialog as checkInDialog,
  dialogKeyOf,
  header,
  notifiedDialog,
  parseEvent,
  parseSubscriptionState,
  responseTo,
  type SipRequest,
} from '@ringback/sip';
import type { Core } from '../core/core.ts';
import type { Dialog } from '../dialog/dialog.ts';
import type { Flow } from '../transport/flow.ts';
import { accept, present } from '../uas/accept.ts';
import type { Received } from '../uas/incoming-request.ts';
import { grantedSec } from './follow-subscription.ts';
import { openSubscriptionDialog } from './open-subscription.ts';
import { beginSubscription } from './run-subscription.ts';
import { keyOfNotify, type Subscribing, type WaitingNotify } from './subscribing.ts';

/** A notifier sends one; the others are of forks. */
const WAITING_NOTIFIES = 16;
const FORKS = 16;

const NO_DIALOG = { ok: false, status: 481, reason: '' } as const;

/**
 * A NOTIFY that overtook the 2xx of its SUBSCRIBE, or that is of a further fork (RFC 6665 4.4.1). False when it is
 * neither, and like any other request.
 */
export function receiveEarlyNotify(core: Core, received: Received): boolean {
  const subscribing = core.subscribing.get(keyOfNotify(received.request));
  const application = subscribing?.outgoing.application;
  if (!subscribing || !application || application.closed) return false;
  const isOpen = subscribing.phase === 'open';
  if (isOpen && core.dialogs.byKey(dialogKeyOf(received.request))) return false;
  if (subscribing.waiting.length >= WAITING_NOTIFIES) return false;
  const waiting = { incoming: accept(core, received, application), arrival: received.arrival };
  if (isOpen) showNotify(core, subscribing, waiting);
  else subscribing.waiting.push(waiting);
  return true;
}

/** Hands a NOTIFY that waited to its application; one of a further fork gets a dialog of its own. */
export function showNotify(core: Core, subscribing: Subscribing, { incoming, arrival }: WaitingNotify): void {
  const { transaction, application } = incoming;
  const { request } = transaction;
  if (transaction.finalStatus !== undefined || transaction.ended || !application) return;
  const dialog =
    core.dialogs.byKey(dialogKeyOf(request)) ?? openFork(core, subscribing, request, arrival.flow);
  const checked = dialog ? checkInDialog(dialog.state, request) : NO_DIALOG;
  if (!dialog || !checked.ok) {
    const { status, reason } = checked.ok ? NO_DIALOG : checked;
    transaction.respond(responseTo(request, status, reason));
    return;
  }
  dialog.state = checked.dialog;
  incoming.dialog = dialog;
  present(application, incoming, arrival, dialog.id);
}

function openFork(
  core: Core,
  { outgoing, peers }: Subscribing,
  notify: SipRequest,
  flow: Flow,
): Dialog | undefined {
  const subscribe = outgoing.transaction.request;
  const state = notifiedDialog(subscribe, notify);
  if (!state || !outgoing.application || core.dialogs.size >= core.limits.dialogs) return undefined;
  if (peers.has(state.remoteTag) || peers.size > FORKS) return undefined;
  peers.add(state.remoteTag);
  const dialog = openSubscriptionDialog(core, outgoing.application, state, flow);
  const status = parseSubscriptionState(header(notify, 'Subscription-State') ?? '');
  const event = parseEvent(header(notify, 'Event') ?? '') ?? { type: '', id: undefined };
  const expiresSec = status?.expiresSec ?? grantedSec(header(subscribe, 'Expires'));
  beginSubscription(core, dialog, 'subscriber', event, expiresSec);
  return dialog;
}
