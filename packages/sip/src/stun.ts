/*
 * The one piece of STUN a SIP server needs (RFC 5626 8): clients keep their NAT's mapping open by asking, on the SIP port
 * itself, which address they are seen from. RFC 8489 has the format: a header of 20 bytes, then attributes.
 */
const HEADER_BYTES = 20;
const MAGIC_COOKIE = 0x2112a442;
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const BINDING_ERROR = 0x0111;
const ERROR_CODE = 0x0009;
const UNKNOWN_ATTRIBUTES = 0x000a;
const XOR_MAPPED_ADDRESS = 0x0020;
/** Attributes that may be passed over though they are in the range of those that must be understood. */
const PASSED_OVER = new Set([0x0006, 0x0008, 0x0014, 0x0015, 0x001c, 0x0024, 0x0025]);
const MAX_UNKNOWN = 16;

/** Whether a datagram is STUN: SIP never begins with a byte below 4. */
export function isStun(packet: Uint8Array): boolean {
  return packet.length >= HEADER_BYTES && packet[0]! < 4;
}

/**
 * The answer to a STUN binding request that came from `address` and `port`; undefined for everything else, which gets no
 * answer at all.
 */
export function stunBindingResponse(
  packet: Uint8Array,
  address: string,
  port: number,
): Uint8Array | undefined {
  if (packet.length < HEADER_BYTES) return undefined;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const lengthFits = view.getUint16(2) === packet.length - HEADER_BYTES && packet.length % 4 === 0;
  if (view.getUint16(0) !== BINDING_REQUEST || view.getUint32(4) !== MAGIC_COOKIE || !lengthFits)
    return undefined;
  const unknown = unknownAttributes(view);
  if (unknown === undefined) return undefined;
  const transaction = packet.subarray(4, HEADER_BYTES);
  if (unknown.length > 0) return message(BINDING_ERROR, transaction, unknownError(unknown));
  const mapped = xorMappedAddress(address, port, transaction);
  return mapped && message(BINDING_SUCCESS, transaction, mapped);
}

/** RFC 8489 6.3.1: what must be understood and is not. Undefined when the attributes pass the end. */
function unknownAttributes(view: DataView): number[] | undefined {
  const unknown: number[] = [];
  for (let at = HEADER_BYTES; at < view.byteLength; ) {
    const type = view.getUint16(at);
    at += 4 + Math.ceil(view.getUint16(at + 2) / 4) * 4;
    if (at > view.byteLength) return undefined;
    if (type < 0x8000 && !PASSED_OVER.has(type) && unknown.length < MAX_UNKNOWN) unknown.push(type);
  }
  return unknown;
}

function message(type: number, transaction: Uint8Array, attributes: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + attributes.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, type);
  view.setUint16(2, attributes.length);
  bytes.set(transaction, 4);
  bytes.set(attributes, HEADER_BYTES);
  return bytes;
}

/** RFC 8489 14.2: the address is masked by the cookie and the transaction id, so that no NAT "corrects" it. */
function xorMappedAddress(address: string, port: number, transaction: Uint8Array): Uint8Array | undefined {
  const octets = address.includes(':') ? ipv6Octets(address) : ipv4Octets(address);
  if (!octets) return undefined;
  const bytes = new Uint8Array(8 + octets.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, XOR_MAPPED_ADDRESS);
  view.setUint16(2, 4 + octets.length);
  bytes[5] = octets.length === 4 ? 1 : 2;
  view.setUint16(6, port ^ (MAGIC_COOKIE >>> 16));
  octets.forEach((octet, index) => {
    bytes[8 + index] = octet ^ transaction[index]!;
  });
  return bytes;
}

/** RFC 8489 6.3.1: 420 with the types that were not understood. */
function unknownError(types: readonly number[]): Uint8Array {
  const padded = Math.ceil(types.length / 2) * 4;
  const bytes = new Uint8Array(12 + padded);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, ERROR_CODE);
  view.setUint16(2, 4);
  bytes[6] = 4;
  bytes[7] = 20;
  view.setUint16(8, UNKNOWN_ATTRIBUTES);
  view.setUint16(10, types.length * 2);
  types.forEach((type, index) => {
    view.setUint16(12 + 2 * index, type);
  });
  return bytes;
}

function ipv4Octets(address: string): number[] | undefined {
  const octets = address.split('.').map(Number);
  return octets.length === 4 && octets.every((octet) => octet >= 0 && octet <= 255) ? octets : undefined;
}

/** Of the text a socket gives: at most one "::", perhaps a zone, no dotted tail. */
function ipv6Octets(address: string): number[] | undefined {
  const [head = '', tail] = address.replace(/%.*$/, '').split('::');
  const groups = (text: string) =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  if (zeros < 0) return undefined;
  const all = [...before, ...new Array<number>(zeros).fill(0), ...after];
  if (all.length !== 8 || all.some((group) => !(group >= 0 && group <= 0xffff))) return undefined;
  return all.flatMap((group) => [group >> 8, group & 0xff]);
}
