import { parseRtcp, parseRtp, type RtpPacket } from '@ringback/rtp';
import { describe, expect, test } from 'vitest';
import { OutgoingStream } from '../src/rtp/outgoing-stream.ts';

const payload = new Uint8Array(160);
const packetOf = (bytes: Uint8Array): RtpPacket => {
  const packet = parseRtp(bytes);
  if (!packet) throw new Error('not RTP');
  return packet;
};

describe('OutgoingStream', () => {
  test('the first packet is marked, the others follow one by one, 160 samples apart', () => {
    const stream = new OutgoingStream();
    const packets = Array.from({ length: 5 }, (_, i) => packetOf(stream.next(0, payload, i * 20)));
    expect(packets.map((packet) => packet.marker)).toEqual([true, false, false, false, false]);
    const [first] = packets;
    packets.forEach((packet, i) => {
      expect(packet.sequenceNumber).toBe(((first?.sequenceNumber ?? 0) + i) & 0xffff);
      expect(packet.timestamp).toBe(((first?.timestamp ?? 0) + 160 * i) >>> 0);
      expect(packet.ssrc).toBe(first?.ssrc);
    });
  });

  test('two streams begin at different places', () => {
    const firsts = Array.from({ length: 20 }, () => packetOf(new OutgoingStream().next(0, payload, 0)));
    for (const field of ['ssrc', 'sequenceNumber', 'timestamp'] as const)
      expect(new Set(firsts.map((packet) => packet[field])).size).toBeGreaterThan(18);
  });

  test('after a pause the timestamp has gone on, the sequence has not, and the packet is marked', () => {
    const stream = new OutgoingStream();
    const before = packetOf(stream.next(0, payload, 0));
    stream.skip(10);
    const after = packetOf(stream.next(0, payload, 220));
    expect(after.marker).toBe(true);
    expect(after.sequenceNumber).toBe((before.sequenceNumber + 1) & 0xffff);
    expect(after.timestamp).toBe((before.timestamp + 11 * 160) >>> 0);
  });

  test('an echo keeps payload, type, marker, gaps and time steps under its own SSRC', () => {
    const stream = new OutgoingStream();
    const heard = (
      sequenceNumber: number,
      timestamp: number,
      payloadType = 0,
      marker = false,
    ): RtpPacket => ({
      payloadType,
      marker,
      sequenceNumber,
      timestamp,
      ssrc: 77,
      payload: Uint8Array.of(sequenceNumber & 0xff),
    });
    const heardPackets = [
      heard(65_534, 4_294_967_200),
      heard(65_535, 64),
      heard(2, 544),
      heard(3, 544, 101, true),
      heard(4, 544, 101),
    ];
    const sent = heardPackets.map((packet, i) => packetOf(stream.echo(packet, i * 20)));
    const [first] = sent;
    expect(sent.map((packet) => (packet.sequenceNumber - (first?.sequenceNumber ?? 0)) & 0xffff)).toEqual([
      0, 1, 4, 5, 6,
    ]);
    expect(sent.map((packet) => (packet.timestamp - (first?.timestamp ?? 0)) >>> 0)).toEqual([
      0, 160, 640, 640, 640,
    ]);
    expect(sent.map((packet) => packet.payloadType)).toEqual([0, 0, 0, 101, 101]);
    expect(sent.map((packet) => packet.marker)).toEqual([true, false, false, true, false]);
    expect(sent.map((packet) => packet.payload)).toEqual(heardPackets.map((packet) => packet.payload));
    expect(new Set(sent.map((packet) => packet.ssrc))).toEqual(new Set([stream.ssrc]));
  });

  test('an echo goes on where it was when the source changes', () => {
    const stream = new OutgoingStream();
    const base = { payloadType: 0, marker: false, payload };
    const one = packetOf(stream.echo({ ...base, ssrc: 1, sequenceNumber: 10, timestamp: 1000 }, 0));
    const two = packetOf(stream.echo({ ...base, ssrc: 2, sequenceNumber: 40_000, timestamp: 9_000_000 }, 20));
    expect(two.sequenceNumber).toBe((one.sequenceNumber + 1) & 0xffff);
    expect(two.timestamp).toBe((one.timestamp + 160) >>> 0);
  });

  test('reports: a sender report with the time of now, a receiver report when nothing was sent since', () => {
    const stream = new OutgoingStream();
    const block = {
      ssrc: 5,
      fractionLost: 0,
      cumulativeLost: 0,
      extendedHighestSequence: 9,
      jitter: 1,
      lastSenderReport: 0,
      delaySinceLastSenderReport: 0,
    };
    expect(parseRtcp(stream.report([], 0, 0))?.map((packet) => packet.kind)).toEqual([
      'receiver-report',
      'source-description',
    ]);
    const sent = packetOf(stream.next(0, payload, 100));
    const [report, description] = parseRtcp(stream.report([block], 1_700_000_000_000, 110)) ?? [];
    expect(report).toMatchObject({
      kind: 'sender-report',
      ssrc: stream.ssrc,
      packetCount: 1,
      octetCount: 160,
      rtpTimestamp: (sent.timestamp + 80) >>> 0,
      reports: [block],
    });
    expect(description?.kind).toBe('source-description');
    expect(parseRtcp(stream.report([block], 0, 1110))?.[0]).toMatchObject({
      kind: 'receiver-report',
      reports: [block],
    });
    expect(parseRtcp(stream.goodbye(0, 1200))?.at(-1)).toEqual({ kind: 'goodbye', ssrcs: [stream.ssrc] });
  });
});
