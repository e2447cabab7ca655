import { responseTo, type SipRequest, serverTransactionKey } from '@ringback/sip';
import type { Core } from '../core/core.ts';
import type { Incoming } from '../core/transaction-table.ts';
import { accept } from './accept.ts';
import { callOff } from './call-off.ts';
import type { Received } from './incoming-request.ts';
import { refuse } from './refuse.ts';

/** A CANCEL does not say what it cancels; most likely first (RFC 3261 9.2). */
const CANCELLED_METHODS =
  'INVITE REGISTER SUBSCRIBE NOTIFY OPTIONS MESSAGE REFER PUBLISH INFO UPDATE PRACK BYE'.split(' ');

/** RFC 3261 9.2: 200 to the CANCEL, 487 to the INVITE; both are ours to send, the application is told. */
export function receiveCancel(core: Core, received: Received): void {
  const { request, arrival } = received;
  const target = cancelled(core, request);
  if (!target) {
    refuse(core, arrival.flow, request, { status: 481, reason: '' });
    return;
  }
  const { transaction } = accept(core, received);
  // The To tag is that of the other request's answers.
  const toTag = target.dialog?.localTag ?? target.localTag;
  transaction.respond(responseTo(request, 200, '', { toTag }));
  // After a final answer a CANCEL changes nothing; a caller that does not want the call any more sends BYE. What is no
  // INVITE is answered as if no CANCEL had come.
  if (target.transaction.request.method === 'INVITE')
    callOff(core, target, arrival.flow, { cancel: request });
}

function cancelled(core: Core, cancel: SipRequest): Incoming | undefined {
  for (const method of CANCELLED_METHODS) {
    const incoming = core.transactions.incoming(serverTransactionKey(cancel, method));
    if (incoming) return incoming;
  }
  return undefined;
}
