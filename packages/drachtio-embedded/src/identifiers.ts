import { randomBytes } from 'node:crypto';
import { newBranch, newCallId, newTag } from '@ringback/sip';

/** The random names SIP needs, from the system's generator. */
export const freshBranch = () => newBranch(randomBytes(12));
export const freshTag = () => newTag(randomBytes(8));
export const freshCallId = () => newCallId(randomBytes(16));

/**
 * What the wire protocol calls a dialog. The From tag is that of the request that made it, so both sides of the
 * protocol can form it. Marks that would break a frame's leader line are taken out.
 */
export function dialogId(callId: string, fromTag: string): string {
  return `${callId};from-tag=${fromTag}`.replace(/[|\r\n]/g, '_');
}
