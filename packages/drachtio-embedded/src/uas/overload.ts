import type { Core } from '../core/core.ts';

/**
 * Whether a request gets 503 because there is too much to do (RFC 7339: what is under way goes first). What is `within`
 * a dialog or transaction may fill another half of the table, so that calls can still be ended while new ones are shed.
 */
export function isShed(core: Core, key: string, within: boolean): boolean {
  const { transactions, limits, shed } = core;
  if (within) return transactions.incomingCount >= limits.serverTransactions * 1.5;
  if (!isBehind(core) && !shed.get(key)) return false;
  shed.set(key, true);
  return true;
}

function isBehind({ transactions, limits, backlog }: Core): boolean {
  return (
    transactions.incomingCount >= limits.serverTransactions ||
    transactions.awaitingApplication >= limits.unanswered ||
    backlog.isBehind
  );
}
