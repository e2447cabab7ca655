import {
  type EventType,
  endsSubscription,
  header,
  parseCSeq,
  parseEvent,
  parseSeconds,
  parseSubscriptionState,
  type SipRequest,
  type SipResponse,
} from '@ringback/sip';
import type { Core } from '../core/core.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { beginSubscription, giveSubscription } from './run-subscription.ts';
import { findSubscription, type SubscriptionRole } from './subscription.ts';

/** An hour, as most event packages say. */
const DEFAULT_EXPIRES_SEC = 3600;

/** How long a transfer is waited for that names no time. */
const REFER_EXPIRES_SEC = 180;

/** What the answer to a request says about the subscriptions of its dialog. `ours`: our application sent the request. */
export function followSubscription(
  core: Core,
  dialog: Dialog,
  request: SipRequest,
  response: SipResponse,
  ours: boolean,
): void {
  if (response.status < 200 || dialog.ended) return;
  if (request.method === 'SUBSCRIBE' || request.method === 'REFER')
    subscribed(core, dialog, request, response, ours ? 'subscriber' : 'notifier');
  else if (request.method === 'NOTIFY')
    notified(core, dialog, request, response, ours ? 'notifier' : 'subscriber');
}

/** Seconds of the first Expires that can be read, in the order of what counts more. */
export function grantedSec(...values: (string | undefined)[]): number {
  const seconds = values.map((value) => parseSeconds(value ?? ''));
  return seconds.find((value) => value !== undefined) ?? DEFAULT_EXPIRES_SEC;
}

/** RFC 4488: a REFER whose sender and receiver agreed on no subscription. */
export function withoutSubscription(response: SipResponse): boolean {
  return /^false\b/i.test(header(response, 'Refer-Sub') ?? '');
}

function subscribed(
  core: Core,
  dialog: Dialog,
  request: SipRequest,
  response: SipResponse,
  role: SubscriptionRole,
): void {
  const event = eventOf(request);
  const known = findSubscription(dialog.subscriptions, role, event);
  if (response.status >= 300) {
    if (known && request.method === 'SUBSCRIBE' && endsSubscription(response.status))
      giveSubscription(core, dialog, known, { kind: 'refused' });
    return;
  }
  if (withoutSubscription(response)) return;
  const expiresSec =
    request.method === 'REFER'
      ? REFER_EXPIRES_SEC
      : grantedSec(header(response, 'Expires'), header(request, 'Expires'));
  if (known) giveSubscription(core, dialog, known, { kind: 'granted', expiresSec });
  else beginSubscription(core, dialog, role, event, expiresSec);
}

/** The implicit subscription of a REFER is named by its sequence number (RFC 3515 2.4.6). */
function eventOf(request: SipRequest): EventType {
  const sequence = parseCSeq(header(request, 'CSeq') ?? '')?.sequence;
  if (request.method === 'REFER') return { type: 'refer', id: `${sequence}` };
  return parseEvent(header(request, 'Event') ?? '') ?? { type: '', id: undefined };
}

function notified(
  core: Core,
  dialog: Dialog,
  request: SipRequest,
  response: SipResponse,
  role: SubscriptionRole,
): void {
  // It comes again, with credentials.
  if (response.status === 401 || response.status === 407) return;
  const event = parseEvent(header(request, 'Event') ?? '');
  const status = parseSubscriptionState(header(request, 'Subscription-State') ?? '');
  const known = findSubscription(dialog.subscriptions, role, event);
  if (status?.state === 'terminated') {
    // drachtio-srf ends a subscription by this NOTIFY also where it is the subscriber.
    const peers = role === 'notifier' ? 'subscriber' : 'notifier';
    const ended = known ?? findSubscription(dialog.subscriptions, peers, event);
    if (ended) giveSubscription(core, dialog, ended, { kind: 'final' });
    return;
  }
  if (!known) return;
  // RFC 6665 4.2.2: also when nobody answered.
  const refused = endsSubscription(response.status) || (role === 'notifier' && response.status === 408);
  if (refused) giveSubscription(core, dialog, known, { kind: 'refused' });
  else if (response.status < 300)
    giveSubscription(core, dialog, known, { kind: 'notified', expiresSec: status?.expiresSec });
}
