const INVITE = Buffer.from('INVITE ');
const TAG = Buffer.from(';tag=');

/**
 * Whether bytes that have not been read yet are an INVITE of no dialog: From has a tag and To has none (RFC 3261 8.1.1).
 * Who writes a second one elsewhere has to wait his turn, no more.
 */
export function beginsCall(message: Uint8Array): boolean {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  if (!bytes.subarray(0, INVITE.length).equals(INVITE)) return false;
  const first = bytes.indexOf(TAG);
  return first === -1 || bytes.indexOf(TAG, first + TAG.length) === -1;
}
