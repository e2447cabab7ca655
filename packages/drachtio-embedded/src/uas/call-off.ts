import {
  cancelOf,
  headers,
  responseTo,
  type SipHeader,
  type SipRequest,
  serializeMessage,
} from '@ringback/sip';
import { networkMeta } from '../core/arrival.ts';
import type { Core } from '../core/core.ts';
import type { Incoming } from '../core/transaction-table.ts';
import type { Flow } from '../transport/flow.ts';

/**
 * The caller does not want its INVITE answered any more, or cannot be answered: 487 unless another status is named, and
 * the application is shown a CANCEL, which is how it learns so. `cancel` is the one that came; without one it is made
 * here. Of a proxied INVITE each target is called off, and the answer is theirs.
 */
export function callOff(
  core: Core,
  target: Incoming,
  flow: Flow,
  { cancel, status = 487 }: { cancel?: SipRequest; status?: number } = {},
): void {
  const { transaction, application, dialog } = target;
  if (transaction.finalStatus !== undefined) return;
  if (target.forwarding) {
    target.forwarding.cancel(reasonOf(cancel));
    return;
  }
  const toTag = dialog?.localTag ?? target.localTag;
  core.transactions.answered(target);
  transaction.respond(responseTo(transaction.request, status, '', { toTag }));
  // A dialog that this INVITE made ends with it; one it only wanted to change goes on.
  const made = dialog?.state.state === 'early' ? dialog : undefined;
  const sip = serializeMessage(cancel ?? cancelOf(transaction.request));
  application?.tell({
    kind: 'sip',
    meta: networkMeta({ flow, bytes: sip.length, atMs: core.clock.nowMs() }),
    transactionId: transaction.id,
    dialogId: made?.id ?? '',
    sip,
  });
  if (made) core.dialogs.remove(made);
}

/** Why the caller gave up (RFC 3326), for whoever rings. */
function reasonOf(cancel: SipRequest | undefined): SipHeader[] {
  return cancel ? headers(cancel, 'Reason').map((value) => ({ name: 'Reason', value })) : [];
}
