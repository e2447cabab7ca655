import type { Flow } from '../transport/flow.ts';
import { callOff } from '../uas/call-off.ts';
import type { Core } from './core.ts';

/** A connection is gone: who waits for an answer on it learns so at once, and nobody rings for a caller that left. */
export function flowClosed(core: Core, flow: Flow): void {
  // The machine goes on waiting once a provisional response came, since the answer may take another connection
  // (RFC 3261 17.1.1.2). A browser has no other.
  core.carriedCalls.flowClosed(flow);
  const browser = flow.transport === 'ws' || flow.transport === 'wss';
  for (const { transaction } of core.transactions.outgoingOn(flow)) {
    transaction.transportFailed();
    if (browser && transaction.finalStatus === undefined) transaction.abandon('transport-error');
  }
  for (const incoming of core.transactions.incomingOn(flow)) {
    const isInvite = incoming.transaction.request.method === 'INVITE';
    // Its answer could not be sent, and the sender has heard that itself.
    if (!isInvite) incoming.transaction.abandon();
    if (!browser || !isInvite) continue;
    callOff(core, incoming, flow);
    // Nobody is left to acknowledge it.
    if ((incoming.transaction.finalStatus ?? 0) >= 300) incoming.transaction.abandon();
  }
}
