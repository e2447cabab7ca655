import { describe, expect, it } from 'vitest';
import { receiverReport, rtcpJson, senderReport, sourceDescription } from '../src/index.ts';

const block = {
  ssrc: 0xcafebabe,
  fractionLost: 64,
  cumulativeLost: 12,
  extendedHighestSequence: 65_543,
  jitter: 31,
  lastSenderReport: 0x12345678,
  delaySinceLastSenderReport: 65_536,
};

describe('RTCP as JSON for HOMER', () => {
  it('has the names that rtpengine writes', () => {
    const report = senderReport({
      ssrc: 7,
      unixMs: 500,
      rtpTimestamp: 160,
      packetCount: 50,
      octetCount: 8000,
      reports: [block],
    });
    expect(rtcpJson([report, sourceDescription(7, 'phone "one"')])).toEqual({
      sender_information: {
        ntp_timestamp_sec: 2_208_988_800,
        ntp_timestamp_usec: 2 ** 31,
        octets: 8000,
        rtp_timestamp: 160,
        packets: 50,
      },
      ssrc: 7,
      type: 200,
      report_count: 1,
      report_blocks: [
        {
          source_ssrc: 0xcafebabe,
          highest_seq_no: 65_543,
          fraction_lost: 64,
          ia_jitter: 31,
          packets_lost: 12,
          lsr: 0x12345678,
          dlsr: 65_536,
        },
      ],
      sdes_report_count: 1,
      sdes_information: [{ sdes_chunk_ssrc: 7, type: 1, text: 'phone "one"' }],
    });
  });

  it('tells duplicates as no loss, and nothing at all of feedback alone', () => {
    const json = rtcpJson([receiverReport(7, [{ ...block, cumulativeLost: -4 }])]);
    expect(json).toMatchObject({ type: 201, report_blocks: [{ packets_lost: 0 }] });
    expect(rtcpJson([{ kind: 'other', packetType: 205, count: 1, body: new Uint8Array(8) }])).toBeUndefined();
    expect(rtcpJson([{ kind: 'goodbye', ssrcs: [7] }])).toBeUndefined();
  });
});
