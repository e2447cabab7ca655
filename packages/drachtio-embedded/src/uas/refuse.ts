import {
  responseTo,
  type SipHeader,
  type SipRequest,
  serializeMessage,
  serverTransactionKey,
} from '@ringback/sip';
import type { Core } from '../core/core.ts';
import type { RefusalReason } from '../guard/refusals.ts';
import { tagOfRequest } from '../identifiers.ts';
import type { Flow } from '../transport/flow.ts';

/** An answer the server gives by itself. */
export interface Refusal {
  status: number;
  /** Empty for the status's own phrase. */
  reason: string;
  headers?: readonly SipHeader[];
  /** What it counts as. Left out, 481 is `no-dialog` and anything else `invalid`. */
  because?: RefusalReason;
}

/** An answer below 300, such as the one to a monitoring OPTIONS, refuses nothing. */
export function countRefusal(core: Core, { status, because }: Refusal): void {
  if (status >= 300) core.guard.count(because ?? (status === 481 ? 'no-dialog' : 'invalid'));
}

/** How long an overloaded server asks to be left alone. */
export const RETRY_AFTER: readonly SipHeader[] = [{ name: 'Retry-After', value: '5' }];

/**
 * Answers without keeping anything of the request (RFC 3261 8.2.7): strangers cannot fill a table with what is refused,
 * nor have an answer repeated to an address they only wrote on it (26.3.2.4). A repeated request gets the same answer
 * again, since its To tag is made of the request. `request` is already marked with where it came from.
 */
export function refuse(core: Core, flow: Flow, request: SipRequest, refusal: Refusal): void {
  if (request.method === 'ACK') return;
  countRefusal(core, refusal);
  const { status, reason, headers = [] } = refusal;
  const toTag = tagOfRequest(serverTransactionKey(request));
  const response = responseTo(request, status, reason, { toTag, headers });
  flow.send(serializeMessage(response));
  // A call that nobody takes has a record; what is no call, or one too many, must not be able to make any.
  if (refusal.because !== 'unrouted') return;
  core.cdrs.attempt('network', request);
  core.cdrs.answered('application', 'uas', request, response);
}
