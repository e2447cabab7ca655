/** The part of SRTCP that is never encrypted: the first header and the sender's SSRC (RFC 3711 3.4). */
export const RTCP_HEADER = 8;

/**
 * Bytes before the payload: fixed header, CSRCs and extension (RFC 3550 5.1). `undefined` unless it is version 2 and all of
 * that ends before `end`, whatever its counts say.
 */
export function rtpHeaderLength(packet: Uint8Array, end: number): number | undefined {
  const first = packet[0];
  if (first === undefined || end < 12 || first >> 6 !== 2) return undefined;
  let length = 12 + 4 * (first & 0x0f);
  if (first & 0x10) {
    if (length + 4 > end) return undefined;
    length += 4 + 4 * ((packet[length + 2]! << 8) | packet[length + 3]!);
  }
  return length > end ? undefined : length;
}
