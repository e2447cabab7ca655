import { cancelOf, type SipHeader, type SipRequest } from '@ringback/sip';
import type { Core } from '../core/core.ts';
import type { Outgoing } from '../core/transaction-table.ts';
import { prepare } from './launch.ts';

/**
 * Calls an INVITE of ours off (RFC 3261 9.1). The CANCEL leaves at once, or with the first provisional response; when
 * no final answer follows within 64*T1 the INVITE is given up. Returns the CANCEL.
 */
export function cancelInvite(core: Core, outgoing: Outgoing, headers: readonly SipHeader[] = []): SipRequest {
  const { transaction } = outgoing;
  const cancel = cancelOf(transaction.request, headers);
  if (outgoing.cancelled) return cancel;
  outgoing.cancelled = true;
  const send = () => sendCancel(core, outgoing, cancel);
  if (transaction.provisional) send();
  else outgoing.pendingCancel = send;
  return cancel;
}

function sendCancel(core: Core, outgoing: Outgoing, cancel: SipRequest): void {
  const { transaction } = outgoing;
  const own = prepare(core, {
    request: cancel,
    flow: transaction.flow,
    application: undefined,
    // The peer's answer to the CANCEL says nothing; the INVITE's own does.
    onResponse: () => undefined,
  });
  own.transaction.start();
  expectFinal(core, outgoing);
}

/** After a provisional response the machine waits without end; who has no use for the answer any more does not. */
export function expectFinal(core: Core, { transaction }: Outgoing): void {
  core.clock.after(64 * core.timing.t1, () => {
    if (transaction.finalStatus === undefined) transaction.abandon('timeout');
  });
}
