import { clientTransactionKey, type SipResponse } from '@ringback/sip';
import type { Arrival } from '../core/arrival.ts';
import type { Core } from '../core/core.ts';

/** A response belongs to a request of ours or is dropped (RFC 3261 18.1.2, RFC 6026 7.2). */
export function receiveResponse(core: Core, arrival: Arrival, response: SipResponse): void {
  const key = clientTransactionKey(response);
  const outgoing = key === undefined ? undefined : core.transactions.outgoing(key);
  if (!outgoing) return;
  outgoing.arrival = arrival;
  outgoing.transaction.receive(response);
}
