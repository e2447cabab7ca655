import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compactNtp,
  ntpFromUnixMs,
  parseRtcp,
  type RtcpPacket,
  receiverReport,
  roundTripMs,
  senderReport,
  sourceDescription,
  unixMsFromNtp,
  writeRtcp,
} from '../src/index.ts';

const block = {
  ssrc: 0xcafebabe,
  fractionLost: 64,
  cumulativeLost: -3,
  extendedHighestSequence: 0x0001_0007,
  jitter: 12,
  lastSenderReport: 0x12345678,
  delaySinceLastSenderReport: 65536,
};

describe('RTCP', () => {
  it('reads what it wrote: SR with a block, SDES, BYE', () => {
    const compound: RtcpPacket[] = [
      senderReport({
        ssrc: 0xf0000001,
        unixMs: 1_700_000_000_250,
        rtpTimestamp: 0xfffffff0,
        packetCount: 50,
        octetCount: 8000,
        reports: [block],
      }),
      sourceDescription(0xf0000001, 'käthe@ringback'),
      { kind: 'goodbye', ssrcs: [0xf0000001], reason: 'over' },
    ];
    expect(parseRtcp(writeRtcp(compound))).toEqual(compound);
  });

  it('reads what it wrote: RR with two blocks, feedback kept whole', () => {
    const compound: RtcpPacket[] = [
      receiverReport(7, [block, { ...block, ssrc: 1, cumulativeLost: 8_000_000 }]),
      { kind: 'other', packetType: 205, count: 15, body: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
    ];
    expect(parseRtcp(writeRtcp(compound))).toEqual(compound);
  });

  it('takes any CNAME length', () => {
    for (let length = 0; length < 10; length++) {
      const compound = [receiverReport(1, []), sourceDescription(2, 'x'.repeat(length))];
      const bytes = writeRtcp(compound);
      expect(bytes.length % 4).toBe(0);
      expect(parseRtcp(bytes)).toEqual(compound);
    }
  });

  it('takes a padded last packet and no other', () => {
    const rr = writeRtcp([receiverReport(1, [])]);
    const padded = Uint8Array.of(0xa0, 201, 0, 2, 0, 0, 0, 1, 0, 0, 0, 4);
    expect(parseRtcp(padded)).toEqual([receiverReport(1, [])]);
    expect(parseRtcp(Uint8Array.of(...padded, ...rr))).toBeUndefined();
  });

  it.each([
    ['nothing', []],
    ['a length past the end', [0x80, 201, 0, 9, 0, 0, 0, 1]],
    ['fewer blocks than counted', [0x81, 201, 0, 1, 0, 0, 0, 1]],
    ['a sender report without its body', [0x80, 200, 0, 1, 0, 0, 0, 1]],
    ['version 0 behind a good packet', [0x80, 201, 0, 1, 0, 0, 0, 1, 0, 201, 0, 0]],
    ['an SDES item past the end', [0x81, 202, 0, 2, 0, 0, 0, 1, 1, 200, 65, 66]],
    ['an SDES chunk without its end', [0x81, 202, 0, 2, 0, 0, 0, 1, 1, 2, 65, 66]],
    ['a BYE reason past the end', [0x81, 203, 0, 2, 0, 0, 0, 1, 9, 65, 66, 67]],
    ['padding longer than the packet', [0xa0, 201, 0, 1, 0, 0, 0, 99]],
  ])('refuses %s', (_, bytes) => {
    expect(parseRtcp(Uint8Array.from(bytes))).toBeUndefined();
  });

  it('never throws on garbage', () => {
    const rtcpLike = fc.uint8Array({ maxLength: 80 }).map((bytes) => {
      if (bytes.length > 1) bytes.set([0x80 | (bytes[0]! & 0x3f), 200 + (bytes[1]! % 4)]);
      return bytes;
    });
    fc.assert(fc.property(rtcpLike, (bytes) => Array.isArray(parseRtcp(bytes) ?? [])));
  });

  it('keeps NTP time to the millisecond', () => {
    expect(unixMsFromNtp(ntpFromUnixMs(1_795_000_000_123))).toBeCloseTo(1_795_000_000_123, 2);
    expect(ntpFromUnixMs(0)).toEqual({ seconds: 2_208_988_800, fraction: 0 });
  });

  it('computes the round trip of the example in RFC 3550 6.4.1, figure 2', () => {
    // A = 0xb710:8000 (46864.500 s), LSR = 0xb705:2000, DLSR = 0x0005:4000 (5.250 s): 6.125 s.
    const ntp = { seconds: 0xb44db710, fraction: 0x80000000 };
    expect(compactNtp(ntp)).toBe(0xb7108000);
    const report = { ...block, lastSenderReport: 0xb7052000, delaySinceLastSenderReport: 0x00054000 };
    expect(roundTripMs(report, unixMsFromNtp(ntp))).toBeCloseTo(6125, 3);
  });

  it('knows no round trip without a sender report, or from clocks that cannot be', () => {
    expect(roundTripMs({ ...block, lastSenderReport: 0 }, 0)).toBeUndefined();
    const future = compactNtp(ntpFromUnixMs(20_000));
    expect(
      roundTripMs({ ...block, lastSenderReport: future, delaySinceLastSenderReport: 0 }, 10_000),
    ).toBeUndefined();
  });
});
