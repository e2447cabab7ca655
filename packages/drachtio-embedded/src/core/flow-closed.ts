import type { Flow } from '../transport/flow.ts';
import type { Core } from './core.ts';

/** A connection is gone: who waits for an answer on it learns so at once. */
export function flowClosed(core: Core, flow: Flow): void {
  for (const { transaction } of core.transactions.outgoingOn(flow)) {
    transaction.transportFailed();
    // The machine goes on waiting once a provisional response came, since the answer may take another connection
    // (RFC 3261 17.1.1.2). A browser has no other: whoever rang there must be told.
    const browser = flow.transport === 'ws' || flow.transport === 'wss';
    if (browser && !transaction.ended && transaction.finalStatus === undefined)
      transaction.abandon('transport-error');
  }
}
