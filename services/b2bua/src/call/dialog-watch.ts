import { requestInDialog } from '../sip-server/in-dialog.ts';
import type { Srf, SrfDialog } from '../sip-server/srf.ts';
import type { Side } from './call-media.ts';

/** How often both phones of a call are asked whether they are still there. */
export const WATCH_INTERVAL_MS = 30_000;
/** A phone on a lossy network gets as long as a SIP transaction lasts (RFC 3261 17.1.2.2: 64 * T1). */
const ANSWER_TIMEOUT_MS = 34_000;

/**
 * Nobody is told when a page reloads or a phone loses its power: there is no BYE and no dialog event. So both are asked
 * by OPTIONS inside the dialog, and whatever they answer, they are there. Returns how to stop.
 */
export function watchDialogs(
  srf: Srf,
  dialogs: readonly (readonly [Side, SrfDialog])[],
  vanished: (side: Side) => void,
  intervalMs: number,
): () => void {
  const asked = new Set<Side>();
  let stopped = false;
  const ask = async (side: Side, dialog: SrfDialog) => {
    asked.add(side);
    const answer = await requestInDialog(srf, dialog, { method: 'OPTIONS' }, ANSWER_TIMEOUT_MS);
    asked.delete(side);
    if (!stopped && (answer.kind === 'none' || GONE.includes(answer.status))) vanished(side);
  };
  const timer = setInterval(() => {
    for (const [side, dialog] of dialogs) if (!asked.has(side)) void ask(side, dialog);
  }, intervalMs);
  timer.unref();
  return () => {
    stopped = true;
    clearInterval(timer);
  };
}

/** 408: no answer in time. 410, 430, 503: the SIP server has no connection to it. 481: it does not know the call. */
const GONE: readonly number[] = [408, 410, 430, 481, 503];
