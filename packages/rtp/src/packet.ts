import type { RtpTimestamp, SequenceNumber, Ssrc } from './sequence.ts';

/** RFC 3550 5.3.1: `profile` is the 16 bit word defined by the profile, `data` a multiple of four bytes. */
export type RtpExtension = { profile: number; data: Uint8Array };

/** One RTP packet (RFC 3550 5.1). `payload` of a parsed packet is a view of the received bytes, without padding. */
export type RtpPacket = {
  payloadType: number;
  marker: boolean;
  sequenceNumber: SequenceNumber;
  timestamp: RtpTimestamp;
  ssrc: Ssrc;
  payload: Uint8Array;
  csrcs?: readonly Ssrc[];
  extension?: RtpExtension;
  /** Bytes of padding, the count byte included: 0..255. */
  paddingLength?: number;
};

const FIXED_HEADER = 12;
const VERSION_2 = 0x80;
const PADDING = 0x20;
const EXTENSION = 0x10;

/** RFC 5761 4: on a shared port, a second byte of 192..223 means RTCP. */
export function isRtcp(bytes: Uint8Array): boolean {
  const type = bytes[1];
  return type !== undefined && type >= 192 && type <= 223;
}

type Layout = { extensionAt: number; payloadAt: number; payloadEnd: number };

/**
 * Where header, extension, payload and padding of one RTP packet lie; `undefined` when any of them passes the end.
 * CSRC count, extension length and padding count come from the network and are checked before any use.
 */
function layout(bytes: Uint8Array): Layout | undefined {
  const first = bytes[0];
  if (first === undefined || bytes.length < FIXED_HEADER || (first & 0xc0) !== VERSION_2) return undefined;
  const extensionAt = FIXED_HEADER + 4 * (first & 0x0f);
  let payloadAt = extensionAt;
  if (first & EXTENSION) {
    if (extensionAt + 4 > bytes.length) return undefined;
    payloadAt = extensionAt + 4 + 4 * ((bytes[extensionAt + 2]! << 8) | bytes[extensionAt + 3]!);
  }
  let padding = 0;
  if (first & PADDING) {
    padding = bytes[bytes.length - 1]!;
    if (padding === 0) return undefined;
  }
  const payloadEnd = bytes.length - padding;
  return payloadAt > payloadEnd ? undefined : { extensionAt, payloadAt, payloadEnd };
}

/** True when `parseRtp` would accept these bytes; allocates nothing that outlives the call, for relays. */
export function isValidRtp(bytes: Uint8Array): boolean {
  // Nearly all packets have neither padding nor extension nor CSRCs.
  if (bytes[0] === VERSION_2) return bytes.length >= FIXED_HEADER;
  return layout(bytes) !== undefined;
}

/** Reads one packet; `undefined` for anything that is not a well-formed RTP version 2 packet. Never throws. */
export function parseRtp(bytes: Uint8Array): RtpPacket | undefined {
  const found = layout(bytes);
  if (!found) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { extensionAt, payloadAt, payloadEnd } = found;
  const packet: RtpPacket = {
    payloadType: bytes[1]! & 0x7f,
    marker: (bytes[1]! & 0x80) !== 0,
    sequenceNumber: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
    payload: bytes.subarray(payloadAt, payloadEnd),
  };
  if (extensionAt > FIXED_HEADER) {
    packet.csrcs = Array.from({ length: bytes[0]! & 0x0f }, (_, i) => view.getUint32(FIXED_HEADER + 4 * i));
  }
  if (bytes[0]! & EXTENSION) {
    packet.extension = {
      profile: view.getUint16(extensionAt),
      data: bytes.subarray(extensionAt + 4, payloadAt),
    };
  }
  if (payloadEnd < bytes.length) packet.paddingLength = bytes.length - payloadEnd;
  return packet;
}

/**
 * The bytes of one packet. Numbers are taken modulo their field's width.
 * Throws RangeError for more than 15 CSRCs, an extension that is not whole words, or padding above 255 bytes.
 */
export function writeRtp(packet: RtpPacket): Uint8Array {
  const { csrcs = [], extension, paddingLength = 0, payload } = packet;
  if (csrcs.length > 15) throw new RangeError('RTP: at most 15 CSRCs');
  if (paddingLength < 0 || paddingLength > 255) throw new RangeError('RTP: padding is 0..255 bytes');
  if (extension && (extension.data.length % 4 !== 0 || extension.data.length > 4 * 0xffff)) {
    throw new RangeError('RTP: extension data is whole 32 bit words');
  }
  const extensionAt = FIXED_HEADER + 4 * csrcs.length;
  const payloadAt = extensionAt + (extension ? 4 + extension.data.length : 0);
  const bytes = new Uint8Array(payloadAt + payload.length + paddingLength);
  const view = new DataView(bytes.buffer);
  bytes[0] = VERSION_2 | (paddingLength > 0 ? PADDING : 0) | (extension ? EXTENSION : 0) | csrcs.length;
  bytes[1] = (packet.marker ? 0x80 : 0) | (packet.payloadType & 0x7f);
  view.setUint16(2, packet.sequenceNumber);
  view.setUint32(4, packet.timestamp);
  view.setUint32(8, packet.ssrc);
  csrcs.forEach((csrc, i) => {
    view.setUint32(FIXED_HEADER + 4 * i, csrc);
  });
  if (extension) {
    view.setUint16(extensionAt, extension.profile);
    view.setUint16(extensionAt + 2, extension.data.length / 4);
    bytes.set(extension.data, extensionAt + 4);
  }
  bytes.set(payload, payloadAt);
  if (paddingLength > 0) bytes[bytes.length - 1] = paddingLength;
  return bytes;
}
