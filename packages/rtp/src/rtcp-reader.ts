import { type ReportBlock, RTCP_TYPE, type RtcpPacket, SDES_CNAME } from './rtcp.ts';

const REPORT_BLOCK = 24;
const text = new TextDecoder();

type Body = { count: number; bytes: Uint8Array; view: DataView };

/**
 * Reads a compound packet (RFC 3550 6.1), or a reduced-size one (RFC 5506). `undefined` when any header, length or
 * count does not fit the bytes: such a datagram is dropped as a whole (RFC 3550 A.2). Never throws.
 */
export function parseRtcp(bytes: Uint8Array): RtcpPacket[] | undefined {
  if (bytes.length < 4) return undefined;
  const packets: RtcpPacket[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + 4 > bytes.length || (bytes[at]! & 0xc0) !== 0x80) return undefined;
    const end = at + 4 + 4 * ((bytes[at + 2]! << 8) | bytes[at + 3]!);
    const padded = (bytes[at]! & 0x20) !== 0;
    // RFC 3550 6.4.1: only the last packet of a compound may be padded.
    if (end > bytes.length || (padded && end !== bytes.length)) return undefined;
    const bodyEnd = padded ? end - bytes[end - 1]! : end;
    if (bodyEnd < at + 4 || (padded && bodyEnd === end)) return undefined;
    const packet = parseOne(bytes[at + 1]!, bytes[at]! & 0x1f, bytes.subarray(at + 4, bodyEnd));
    if (!packet) return undefined;
    packets.push(packet);
    at = end;
  }
  return packets;
}

function parseOne(packetType: number, count: number, bytes: Uint8Array): RtcpPacket | undefined {
  const body = { count, bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
  switch (packetType) {
    case RTCP_TYPE.senderReport:
      return parseSenderReport(body);
    case RTCP_TYPE.receiverReport: {
      const reports = parseReportBlocks(body, 4);
      return reports && { kind: 'receiver-report', ssrc: body.view.getUint32(0), reports };
    }
    case RTCP_TYPE.sourceDescription:
      return parseSourceDescription(body);
    case RTCP_TYPE.goodbye:
      return parseGoodbye(body);
    default:
      return { kind: 'other', packetType, count, body: bytes };
  }
}

function parseReportBlocks({ count, bytes, view }: Body, from: number): ReportBlock[] | undefined {
  if (bytes.length < from + count * REPORT_BLOCK) return undefined;
  return Array.from({ length: count }, (_, i) => {
    const at = from + i * REPORT_BLOCK;
    return {
      ssrc: view.getUint32(at),
      fractionLost: view.getUint8(at + 4),
      cumulativeLost: (view.getInt32(at + 4) << 8) >> 8,
      extendedHighestSequence: view.getUint32(at + 8),
      jitter: view.getUint32(at + 12),
      lastSenderReport: view.getUint32(at + 16),
      delaySinceLastSenderReport: view.getUint32(at + 20),
    };
  });
}

function parseSenderReport(body: Body): RtcpPacket | undefined {
  const reports = parseReportBlocks(body, 24);
  if (!reports) return undefined;
  const { view } = body;
  return {
    kind: 'sender-report',
    ssrc: view.getUint32(0),
    ntp: { seconds: view.getUint32(4), fraction: view.getUint32(8) },
    rtpTimestamp: view.getUint32(12),
    packetCount: view.getUint32(16),
    octetCount: view.getUint32(20),
    reports,
  };
}

// RFC 3550 6.5: each chunk is an SSRC and items, ended by a zero and filled to a 32 bit border.
function parseSourceDescription({ count, bytes, view }: Body): RtcpPacket | undefined {
  const chunks: { ssrc: number; cname: string }[] = [];
  let at = 0;
  for (let chunk = 0; chunk < count; chunk++) {
    if (at + 4 > bytes.length) return undefined;
    const ssrc = view.getUint32(at);
    let cname = '';
    at += 4;
    while (bytes[at] !== 0) {
      const length = bytes[at + 1];
      if (length === undefined || at + 2 + length >= bytes.length) return undefined;
      if (bytes[at] === SDES_CNAME) cname = text.decode(bytes.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
    at = (at + 4) & ~3;
    chunks.push({ ssrc, cname });
  }
  return { kind: 'source-description', chunks };
}

function parseGoodbye({ count, bytes, view }: Body): RtcpPacket | undefined {
  if (bytes.length < 4 * count) return undefined;
  const ssrcs = Array.from({ length: count }, (_, i) => view.getUint32(4 * i));
  const reasonLength = bytes[4 * count];
  if (reasonLength === undefined) return { kind: 'goodbye', ssrcs };
  const reasonAt = 4 * count + 1;
  if (reasonAt + reasonLength > bytes.length) return undefined;
  return { kind: 'goodbye', ssrcs, reason: text.decode(bytes.subarray(reasonAt, reasonAt + reasonLength)) };
}
