/** One end of a UDP datagram; `address` is 4 bytes (IPv4) or 16 (IPv6), as on the wire. */
export type Endpoint = { readonly address: Uint8Array; readonly port: number };

const ETHERNET_HEADER = 14;
const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const UDP_HEADER = 8;
const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
const UDP = 17;
const HOP_LIMIT = 64;

/** What a length field of 16 bits leaves for the payload. */
export const MAX_PAYLOAD = 0xffff - IPV4_HEADER - UDP_HEADER;

/**
 * An Ethernet frame that carries `payload` by UDP over IPv4 (RFC 791) or IPv6 (RFC 8200), with correct checksums. Hardware
 * addresses are zero, as on loopback. Throws RangeError for a payload above {@link MAX_PAYLOAD}, or for addresses that are
 * not of one family.
 */
export function udpFrame(from: Endpoint, to: Endpoint, payload: Uint8Array): Uint8Array {
  if (payload.length > MAX_PAYLOAD)
    throw new RangeError(`pcap: a payload has at most ${MAX_PAYLOAD} bytes, not ${payload.length}`);
  const family = from.address.length;
  if (to.address.length !== family || (family !== 4 && family !== 16))
    throw new RangeError('pcap: both addresses are 4 bytes (IPv4) or both are 16 (IPv6)');
  const udpAt = ETHERNET_HEADER + (family === 4 ? IPV4_HEADER : IPV6_HEADER);
  const frame = new Uint8Array(udpAt + UDP_HEADER + payload.length);
  const view = new DataView(frame.buffer);
  const udpLength = UDP_HEADER + payload.length;
  if (family === 4) writeIpv4(frame, view, from, to, udpLength);
  else writeIpv6(frame, view, from, to, udpLength);
  view.setUint16(udpAt, from.port);
  view.setUint16(udpAt + 2, to.port);
  view.setUint16(udpAt + 4, udpLength);
  frame.set(payload, udpAt + UDP_HEADER);
  // RFC 768: the sum covers the two addresses, the protocol, the length twice and the datagram; 0 would mean "no sum".
  const addressesAt = udpAt - 2 * family;
  const sum = checksum(view, addressesAt, UDP + udpLength);
  view.setUint16(udpAt + 6, sum === 0 ? 0xffff : sum);
  return frame;
}

function writeIpv4(frame: Uint8Array, view: DataView, from: Endpoint, to: Endpoint, length: number): void {
  const at = ETHERNET_HEADER;
  view.setUint16(at - 2, ETHERTYPE_IPV4);
  frame[at] = 0x45;
  view.setUint16(at + 2, IPV4_HEADER + length);
  // Don't fragment: then an identification of zero is right (RFC 6864 4.1).
  view.setUint16(at + 6, 0x4000);
  frame[at + 8] = HOP_LIMIT;
  frame[at + 9] = UDP;
  frame.set(from.address, at + 12);
  frame.set(to.address, at + 16);
  view.setUint16(at + 10, checksum(view, at, 0, at + IPV4_HEADER));
}

function writeIpv6(frame: Uint8Array, view: DataView, from: Endpoint, to: Endpoint, length: number): void {
  const at = ETHERNET_HEADER;
  view.setUint16(at - 2, ETHERTYPE_IPV6);
  frame[at] = 0x60;
  view.setUint16(at + 4, length);
  frame[at + 6] = UDP;
  frame[at + 7] = HOP_LIMIT;
  frame.set(from.address, at + 8);
  frame.set(to.address, at + 24);
}

/** Internet checksum (RFC 1071) of the bytes from `start` to `end`, with `sum` added. */
function checksum(view: DataView, start: number, sum: number, end: number = view.byteLength): number {
  let total = sum;
  let at = start;
  for (; at + 1 < end; at += 2) total += view.getUint16(at);
  if (at < end) total += view.getUint8(at) << 8;
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return ~total & 0xffff;
}
