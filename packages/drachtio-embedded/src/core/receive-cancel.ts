import { responseTo, type SipRequest, serializeMessage, serverTransactionKey } from '@ringback/sip';
import { type Arrival, networkMeta } from './arrival.ts';
import type { Core } from './core.ts';
import { accept } from './receive-request.ts';
import type { Incoming } from './transaction-table.ts';

/** RFC 3261 9.2: 200 to the CANCEL, 487 to the INVITE; both are ours to send, the application is told. */
export function receiveCancel(core: Core, arrival: Arrival, key: string, cancel: SipRequest): void {
  const target = core.transactions.incoming(serverTransactionKey(cancel, 'INVITE'));
  const answer = accept(core, arrival, key, cancel, undefined);
  if (!target) {
    answer.transaction.respond(responseTo(cancel, 481, '', { toTag: answer.localTag }));
    return;
  }
  // RFC 3261 9.2: the To tag is that of the INVITE's answers.
  const toTag = target.dialog?.localTag ?? target.localTag;
  answer.transaction.respond(responseTo(cancel, 200, '', { toTag }));
  // After a final answer the CANCEL changes nothing; the caller ends a call it did not want by BYE.
  if (target.transaction.finalStatus === undefined) callOff(core, arrival, target, cancel, toTag);
}

function callOff(core: Core, arrival: Arrival, target: Incoming, cancel: SipRequest, toTag: string): void {
  const { transaction, application, dialog } = target;
  transaction.respond(responseTo(transaction.request, 487, '', { toTag }));
  // A dialog that this INVITE made ends with it; one it only wanted to change goes on.
  const made = dialog?.state.state === 'early' ? dialog : undefined;
  application?.tell({
    ...networkMeta(arrival),
    kind: 'sip',
    transactionId: transaction.id,
    dialogId: made?.id ?? '',
    sip: serializeMessage(cancel),
  });
  if (made) core.dialogs.remove(made);
}
