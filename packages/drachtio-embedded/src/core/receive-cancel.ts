import { responseTo, serverTransactionKey } from '@ringback/sip';
import { accept, type Received } from './accept.ts';
import { callOff } from './call-off.ts';
import type { Core } from './core.ts';

/** RFC 3261 9.2: 200 to the CANCEL, 487 to the INVITE; both are ours to send, the application is told. */
export function receiveCancel(core: Core, received: Received): void {
  const { request, arrival } = received;
  const target = core.transactions.incoming(serverTransactionKey(request, 'INVITE'));
  const { transaction, localTag } = accept(core, received);
  if (!target) {
    transaction.respond(responseTo(request, 481, '', { toTag: localTag }));
    return;
  }
  // The To tag is that of the INVITE's answers.
  const toTag = target.dialog?.localTag ?? target.localTag;
  transaction.respond(responseTo(request, 200, '', { toTag }));
  // After a final answer a CANCEL changes nothing; a caller that does not want the call any more sends BYE.
  callOff(core, target, arrival.flow, request);
}
