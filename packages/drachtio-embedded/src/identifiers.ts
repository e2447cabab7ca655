import { createHmac, randomBytes } from 'node:crypto';
import { newBranch, newCallId, newTag } from '@ringback/sip';

const POOL_BYTES = 4096;
let pool = randomBytes(POOL_BYTES);
let used = 0;

/** Bytes of the system's generator, which is asked for many at a time: a call needs half a dozen names. */
function random(bytes: number): Uint8Array {
  if (used + bytes > POOL_BYTES) {
    pool = randomBytes(POOL_BYTES);
    used = 0;
  }
  used += bytes;
  return pool.subarray(used - bytes, used);
}

/** The random names SIP needs. */
export const freshBranch = () => newBranch(random(12));
export const freshTag = () => newTag(random(8));
export const freshCallId = () => newCallId(random(16));

const secret = randomBytes(32);

/** A To tag for the answer to a request that nothing is kept of: the same for the same transaction key (RFC 3261 8.2.7). */
export const tagOfRequest = (key: string) =>
  newTag(createHmac('sha256', secret).update(key).digest().subarray(0, 8));

/**
 * What the wire protocol calls a dialog. The From tag is that of the request that made it, so both sides of the
 * protocol can form it. Marks that would break a frame's leader line are taken out. `toTag` is for a second
 * dialog of the same name.
 */
export function dialogId(callId: string, fromTag: string, toTag?: string): string {
  const suffix = toTag === undefined ? '' : `;to-tag=${toTag}`;
  return `${callId};from-tag=${fromTag}${suffix}`.replace(/[|\r\n]/g, '_');
}
