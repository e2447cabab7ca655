import { dialogKey, header, type SipMessage, tagOf } from '@ringback/sip';
import type { Arrival } from '../core/arrival.ts';
import type { Incoming, Outgoing } from '../core/transaction-table.ts';

/** A NOTIFY its application is not shown yet. */
export interface WaitingNotify {
  incoming: Incoming;
  arrival: Arrival;
}

/** A SUBSCRIBE or REFER of ours outside of a dialog, as long as a NOTIFY may make a dialog of it (RFC 6665 4.4.1). */
export interface Subscribing {
  readonly outgoing: Outgoing;
  /** NOTIFYs are shown once it is `open`: after the 2xx they may have overtaken. */
  phase: 'asked' | 'granted' | 'open';
  /** In the order they came. */
  waiting: WaitingNotify[];
  /** Tags of the peers that have or had a dialog of it: one that is over is not made again. */
  readonly peers: Set<string>;
}

/** By Call-ID and the tag of ours, which all its forks share. */
export type SubscribingTable = Map<string, Subscribing>;

/** The key of a request of ours, or of a response to it. */
export function keyOfSubscribe(message: SipMessage): string {
  return dialogKey(header(message, 'Call-ID') ?? '', tagOf(header(message, 'From')) ?? '', '');
}

/** The key of the SUBSCRIBE a NOTIFY answers. */
export function keyOfNotify(notify: SipMessage): string {
  return dialogKey(header(notify, 'Call-ID') ?? '', tagOf(header(notify, 'To')) ?? '', '');
}
