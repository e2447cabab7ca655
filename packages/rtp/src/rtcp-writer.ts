import { type ReportBlock, RTCP_TYPE, type RtcpPacket, SDES_CNAME } from './rtcp.ts';

const utf8 = new TextEncoder();

/** The bytes of a compound packet, in the order given (RFC 3550 6.1: a report first, then SDES, BYE last). */
export function writeRtcp(packets: readonly RtcpPacket[]): Uint8Array {
  const parts = packets.map(writeOne);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function writeOne(packet: RtcpPacket): Uint8Array {
  switch (packet.kind) {
    case 'sender-report': {
      const { bytes, view } = frame(
        RTCP_TYPE.senderReport,
        packet.reports.length,
        24 + 24 * packet.reports.length,
      );
      view.setUint32(4, packet.ssrc);
      view.setUint32(8, packet.ntp.seconds);
      view.setUint32(12, packet.ntp.fraction);
      view.setUint32(16, packet.rtpTimestamp);
      view.setUint32(20, packet.packetCount);
      view.setUint32(24, packet.octetCount);
      writeReportBlocks(view, 28, packet.reports);
      return bytes;
    }
    case 'receiver-report': {
      const { bytes, view } = frame(
        RTCP_TYPE.receiverReport,
        packet.reports.length,
        4 + 24 * packet.reports.length,
      );
      view.setUint32(4, packet.ssrc);
      writeReportBlocks(view, 8, packet.reports);
      return bytes;
    }
    case 'source-description':
      return writeSourceDescription(packet.chunks);
    case 'goodbye':
      return writeGoodbye(packet.ssrcs, packet.reason);
    case 'other': {
      const { bytes } = frame(packet.packetType, packet.count, packet.body.length);
      bytes.set(packet.body, 4);
      return bytes;
    }
    default:
      return packet satisfies never;
  }
}

/** A zeroed packet of `bodyLength` bytes, filled up to whole words, with its header written. */
function frame(packetType: number, count: number, bodyLength: number): { bytes: Uint8Array; view: DataView } {
  if (count > 31) throw new RangeError('RTCP: at most 31 items in one packet');
  const words = Math.ceil(bodyLength / 4);
  const bytes = new Uint8Array(4 + 4 * words);
  const view = new DataView(bytes.buffer);
  bytes[0] = 0x80 | count;
  bytes[1] = packetType;
  view.setUint16(2, words);
  return { bytes, view };
}

function writeReportBlocks(view: DataView, from: number, reports: readonly ReportBlock[]): void {
  reports.forEach((report, i) => {
    const at = from + 24 * i;
    // RFC 3550 A.3: the cumulative count is clamped to 24 bit, signed.
    const lost = Math.max(-0x800000, Math.min(0x7fffff, report.cumulativeLost));
    view.setUint32(at, report.ssrc);
    view.setUint32(at + 4, (report.fractionLost << 24) | (lost & 0xffffff));
    view.setUint32(at + 8, report.extendedHighestSequence);
    view.setUint32(at + 12, report.jitter);
    view.setUint32(at + 16, report.lastSenderReport);
    view.setUint32(at + 20, report.delaySinceLastSenderReport);
  });
}

function writeSourceDescription(chunks: readonly { ssrc: number; cname: string }[]): Uint8Array {
  const names = chunks.map((chunk) => utf8.encode(chunk.cname).subarray(0, 255));
  // SSRC, item type, length, name, and at least one zero byte, up to a 32 bit border.
  const lengths = names.map((name) => (4 + 2 + name.length + 4) & ~3);
  const { bytes, view } = frame(
    RTCP_TYPE.sourceDescription,
    chunks.length,
    lengths.reduce((sum, length) => sum + length, 0),
  );
  let at = 4;
  chunks.forEach((chunk, i) => {
    view.setUint32(at, chunk.ssrc);
    bytes[at + 4] = SDES_CNAME;
    bytes[at + 5] = names[i]!.length;
    bytes.set(names[i]!, at + 6);
    at += lengths[i]!;
  });
  return bytes;
}

function writeGoodbye(ssrcs: readonly number[], reason: string | undefined): Uint8Array {
  const said = reason === undefined ? undefined : utf8.encode(reason).subarray(0, 255);
  const { bytes, view } = frame(
    RTCP_TYPE.goodbye,
    ssrcs.length,
    4 * ssrcs.length + (said ? 1 + said.length : 0),
  );
  ssrcs.forEach((ssrc, i) => {
    view.setUint32(4 + 4 * i, ssrc);
  });
  if (said) {
    bytes[4 + 4 * ssrcs.length] = said.length;
    bytes.set(said, 5 + 4 * ssrcs.length);
  }
  return bytes;
}
