import { carriesSession, type SipRequest } from '@ringback/sip';
import type { Dialog } from '../dialog/dialog.ts';
import type { Refusal } from './refuse.ts';

/** How a received INVITE or UPDATE is refused that crosses another one of its dialog; undefined when nothing is in its way. */
export function conflictOf(dialog: Dialog, request: SipRequest): Refusal | undefined {
  const status = statusOf(dialog, request);
  if (status === undefined) return undefined;
  return {
    status,
    reason: '',
    headers: status === 500 ? [{ name: 'Retry-After', value: retryAfterSec() }] : [],
  };
}

function statusOf(dialog: Dialog, request: SipRequest): 491 | 500 | undefined {
  const { outgoingInvite, incomingInvite, acceptance, awaitsOurAck, session } = dialog;
  if (request.method === 'INVITE') {
    // RFC 3261 14.2
    if (outgoingInvite || acceptance || awaitsOurAck) return 491;
    return incomingInvite ? 500 : session.conflict;
  }
  if (request.method !== 'UPDATE') return undefined;
  // RFC 3311 5.2
  if (dialog.updateIsOpen) return 500;
  return carriesSession(request) ? session.conflict : undefined;
}

/** RFC 3261 14.2: a random value between 0 and 10 seconds. */
function retryAfterSec(): string {
  return String(Math.floor(Math.random() * 11));
}

/** Why a request of an application may not be sent now (RFC 3261 14.1, RFC 3311 5.1); undefined when it may. */
export function ownConflict(dialog: Dialog, method: string, offers: boolean): string | undefined {
  const { outgoingInvite, incomingInvite, awaitsOurAck, session } = dialog;
  if (method === 'BYE') return dialog.leaving ? 'a BYE is on its way in that dialog' : undefined;
  if (method === 'INVITE' && (outgoingInvite || incomingInvite || awaitsOurAck))
    return 'another INVITE is open in that dialog';
  const mayOffer = method === 'INVITE' || (method === 'UPDATE' && offers);
  return mayOffer && session.conflict ? 'an offer is open in that dialog' : undefined;
}
