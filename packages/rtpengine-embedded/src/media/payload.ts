/** Where the payload of a valid RTP packet begins: after CSRCs and extension (RFC 3550 5.1, 5.3.1). */
export function payloadStart(bytes: Uint8Array): number {
  const first = bytes[0]!;
  const at = 12 + 4 * (first & 0x0f);
  return first & 0x10 ? at + 4 + 4 * ((bytes[at + 2]! << 8) | bytes[at + 3]!) : at;
}

/** Where it ends: before the padding, whose last byte counts it. */
export function payloadEnd(bytes: Uint8Array): number {
  return bytes[0]! & 0x20 ? bytes.length - bytes[bytes.length - 1]! : bytes.length;
}
