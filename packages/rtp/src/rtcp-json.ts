import { type ReportBlock, RTCP_TYPE, type RtcpPacket, SDES_CNAME, type SenderReport } from './rtcp.ts';

/**
 * One compound packet as HEP carries it in packets of type 5, with the names that rtpengine and captagent write and
 * HOMER reads. `type` is the RTCP packet type (200, 201); `ntp_timestamp_usec` is the fraction of the NTP time, in spite
 * of its name; jitter is in timestamp units, `dlsr` in 1/65536 s.
 */
export type RtcpJson = {
  sender_information?: {
    ntp_timestamp_sec: number;
    ntp_timestamp_usec: number;
    octets: number;
    rtp_timestamp: number;
    packets: number;
  };
  ssrc?: number;
  type?: number;
  report_count?: number;
  report_blocks?: {
    source_ssrc: number;
    highest_seq_no: number;
    fraction_lost: number;
    ia_jitter: number;
    packets_lost: number;
    lsr: number;
    dlsr: number;
  }[];
  sdes_report_count?: number;
  sdes_information?: { sdes_chunk_ssrc: number; type: number; text: string }[];
};

/** `undefined` when the packet holds neither a report nor a description of its source. */
export function rtcpJson(packets: readonly RtcpPacket[]): RtcpJson | undefined {
  const json: RtcpJson = {};
  for (const packet of packets) {
    if (packet.kind === 'sender-report') json.sender_information = senderInformation(packet);
    if (packet.kind === 'sender-report' || packet.kind === 'receiver-report') {
      json.ssrc = packet.ssrc;
      json.type = packet.kind === 'sender-report' ? RTCP_TYPE.senderReport : RTCP_TYPE.receiverReport;
      json.report_count = packet.reports.length;
      json.report_blocks = packet.reports.map(reportBlock);
    }
    if (packet.kind === 'source-description') {
      json.sdes_report_count = packet.chunks.length;
      json.sdes_information = packet.chunks.map(({ ssrc, cname }) => ({
        sdes_chunk_ssrc: ssrc,
        type: SDES_CNAME,
        text: cname,
      }));
    }
  }
  return Object.keys(json).length > 0 ? json : undefined;
}

function senderInformation(report: SenderReport): NonNullable<RtcpJson['sender_information']> {
  return {
    ntp_timestamp_sec: report.ntp.seconds,
    ntp_timestamp_usec: report.ntp.fraction,
    octets: report.octetCount,
    rtp_timestamp: report.rtpTimestamp,
    packets: report.packetCount,
  };
}

function reportBlock(block: ReportBlock): NonNullable<RtcpJson['report_blocks']>[number] {
  return {
    source_ssrc: block.ssrc,
    highest_seq_no: block.extendedHighestSequence,
    fraction_lost: block.fractionLost,
    ia_jitter: block.jitter,
    // Readers know no negative loss, which is what duplicates look like.
    packets_lost: Math.max(0, block.cumulativeLost),
    lsr: block.lastSenderReport,
    dlsr: block.delaySinceLastSenderReport,
  };
}
