import { requestInDialog } from '../sip-server/in-dialog.ts';
import type { Srf } from '../sip-server/srf.ts';
import type { Side } from './call-media.ts';
import type { Dialogs } from './session-change.ts';

/** How often both phones of a call are asked whether they are still there. */
export const WATCH_INTERVAL_MS = 30_000;
/** A phone on a lossy network gets as long as a SIP transaction lasts (RFC 3261 17.1.2.2: 64 * T1). */
const ANSWER_TIMEOUT_MS = 34_000;

export interface Watched {
  readonly srf: Srf;
  readonly dialogs: Dialogs;
  readonly intervalMs: number;
  phoneVanished(side: Side): void;
}

/**
 * Nobody is told when a page reloads or a phone loses its power: there is no BYE and no dialog event. So the phones are
 * asked by OPTIONS inside their dialogs, and whatever they answer, they are there. Returns how to stop.
 */
export function watchPhones({ srf, dialogs, intervalMs, phoneVanished }: Watched): () => void {
  const asked = new Set<Side>();
  let stopped = false;
  const ask = async (side: Side) => {
    if (asked.has(side)) return;
    asked.add(side);
    const answer = await requestInDialog(srf, dialogs[side], { method: 'OPTIONS' }, ANSWER_TIMEOUT_MS);
    asked.delete(side);
    if (!stopped && (answer.kind === 'none' || GONE.includes(answer.status))) phoneVanished(side);
  };
  const timer = setInterval(() => {
    for (const side of ['caller', 'callee'] as const) void ask(side);
  }, intervalMs);
  return () => {
    stopped = true;
    clearInterval(timer);
  };
}

/** 408: no answer in time. 410, 430, 503: the SIP server has no connection to it. 481: it does not know the call. */
const GONE: readonly number[] = [408, 410, 430, 481, 503];
