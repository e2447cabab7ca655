import type { Side, SipMessage, SipRequest } from '@ringback/sip';
import type { Core } from '../core/core.ts';
import { hangUp } from '../uac/hang-up.ts';
import type { Dialog } from './dialog.ts';
import { refreshSession } from './refresh-session.ts';
import { SessionTimer } from './session-timer.ts';

const EXCHANGES_OFFERS = new Set(['INVITE', 'UPDATE', 'PRACK', 'ACK']);

/**
 * Keeps a dialog's session up to date with a message that `side` has sent; a response comes with the request it
 * answers. A 2xx to INVITE or UPDATE may start the session timer (RFC 4028 7.2, 9).
 */
export function noteSession(
  core: Core,
  dialog: Dialog,
  side: Side,
  message: SipMessage,
  request?: SipRequest,
): void {
  const method = message.kind === 'request' ? message.method : request?.method;
  if (method === undefined || !EXCHANGES_OFFERS.has(method)) return;
  const terms = dialog.session.note(side, message, request);
  if (!terms || !dialog.inCall) return;
  const timer = new SessionTimer(core.clock, {
    refresh: (intervalSec) => void refreshSession(core, dialog, intervalSec),
    expire: () => void hangUp(core, dialog, 'Session timer expired', 'session-expired'),
  });
  dialog.session.timer = timer;
  timer.agree(terms);
}
