/** Random identifiers. The caller draws the bytes, so that this package stays free of chance. */

export const branchCookie = 'z9hG4bK';

const hex = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  Buffer.from(buffer, byteOffset, byteLength).toString('hex');

/** A Via branch (RFC 3261 8.1.1.7). Give at least 8 random bytes. */
export function newBranch(random: Uint8Array): string {
  return branchCookie + hex(random);
}

/** A From or To tag: at least 32 random bits (RFC 3261 19.3), so give 4 bytes or more. */
export function newTag(random: Uint8Array): string {
  return hex(random);
}

/** A Call-ID without a host, so that it tells nobody our address (RFC 3261 8.1.1.4). Give 16 random bytes. */
export function newCallId(random: Uint8Array): string {
  return hex(random);
}
