import type { EventType, SubscriptionState } from '@ringback/sip';

/** Which end of a subscription our application is. */
export type SubscriptionRole = 'subscriber' | 'notifier';

/** One subscription that lives in a dialog (RFC 6665 4.5.2, RFC 5057 4). */
export interface Subscription {
  readonly role: SubscriptionRole;
  readonly event: EventType;
  state: SubscriptionState;
  cancelTimer: () => void;
}

/**
 * The subscription of that role an Event value means. A message without a readable Event, and a NOTIFY of a REFER
 * without the id it may leave out (RFC 3515 2.4.6), mean the oldest.
 */
export function findSubscription(
  subscriptions: Iterable<Subscription>,
  role: SubscriptionRole,
  event: EventType | undefined,
): Subscription | undefined {
  const own = [...subscriptions].filter((subscription) => subscription.role === role);
  if (event === undefined) return own[0];
  const alike = own.filter((subscription) => subscription.event.type === event.type);
  if (event.type === 'refer' && event.id === undefined) return alike[0];
  return alike.find((subscription) => subscription.event.id === event.id);
}
