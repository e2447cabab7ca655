import { describe, expect, it } from 'vitest';
import { ntpFromUnixMs, ReceiveStatistics, roundTripMs } from '../src/index.ts';

const payload = new Uint8Array(160);
const source = () => new ReceiveStatistics({ ssrc: 9, clockRate: 8000 });

/** Packet `index` of a 20 ms stream that begins at sequence 65530, `lateMs` later than it should come. */
function feed(statistics: ReceiveStatistics, index: number, lateMs = 0) {
  const packet = { sequenceNumber: (65530 + index) & 0xffff, timestamp: (index * 160) >>> 0, payload };
  return statistics.receive(packet, 1000 + index * 20 + lateMs);
}

describe('receive statistics', () => {
  it('believes a source after two packets in sequence', () => {
    const statistics = source();
    expect([feed(statistics, 0), feed(statistics, 5), feed(statistics, 6)]).toEqual([
      'probation',
      'probation',
      'valid',
    ]);
  });

  it('counts from the first packet when the sender is known', () => {
    const statistics = new ReceiveStatistics({ ssrc: 9, clockRate: 8000, minSequential: 1 });
    expect(feed(statistics, 0)).toBe('valid');
    expect(statistics.snapshot()).toMatchObject({
      packetsReceived: 1,
      packetsExpected: 1,
      octetsReceived: 160,
    });
  });

  it('counts loss across the wrap of the sequence number', () => {
    const statistics = source();
    for (let i = 0; i < 21; i++) if (i % 10 !== 5) feed(statistics, i);
    // The first packet only proved the source: 20 expected, numbers 5 and 15 missing.
    expect(statistics.snapshot()).toMatchObject({ packetsExpected: 20, packetsReceived: 18, packetsLost: 2 });
    expect(statistics.snapshot().extendedHighestSequence).toBe(65530 + 20);
    const report = statistics.report(0);
    expect(report).toMatchObject({ ssrc: 9, cumulativeLost: 2, fractionLost: Math.floor((2 * 256) / 20) });
    expect(report.extendedHighestSequence).toBe(65550);
  });

  it('reports the fraction of each interval alone', () => {
    const statistics = source();
    for (let i = 0; i < 10; i++) if (i !== 5) feed(statistics, i);
    expect(statistics.report(0).fractionLost).toBeGreaterThan(0);
    for (let i = 10; i < 20; i++) feed(statistics, i);
    expect(statistics.report(0)).toMatchObject({ fractionLost: 0, cumulativeLost: 1 });
  });

  it('lets duplicates and late packets make up for loss', () => {
    const statistics = source();
    for (const i of [0, 1, 2, 4, 3, 4, 4]) feed(statistics, i);
    expect(statistics.snapshot()).toMatchObject({ packetsExpected: 4, packetsReceived: 6, packetsLost: -2 });
    expect(statistics.report(0)).toMatchObject({ fractionLost: 0, cumulativeLost: -2 });
  });

  it('ignores one wild sequence number and follows two', () => {
    const statistics = source();
    for (let i = 0; i < 5; i++) feed(statistics, i);
    const jump = (sequenceNumber: number) =>
      statistics.receive({ sequenceNumber, timestamp: 0, payload }, 2000);
    expect(jump(30_000)).toBe('invalid');
    expect(feed(statistics, 5)).toBe('valid');
    expect([jump(40_000), jump(40_001)]).toEqual(['invalid', 'valid']);
    expect(statistics.snapshot()).toMatchObject({ packetsExpected: 1, packetsReceived: 1, packetsLost: 0 });
  });

  it('has no jitter in an even stream, whatever the offset', () => {
    const statistics = source();
    for (let i = 0; i < 100; i++) feed(statistics, i, 35);
    expect(statistics.snapshot().jitterMs).toBe(0);
  });

  it('settles on the mean difference of an uneven stream', () => {
    const statistics = source();
    // Every other packet 4 ms late: |D| is 4 ms each time, and the estimate goes there.
    for (let i = 0; i < 400; i++) feed(statistics, i, i % 2 ? 4 : 0);
    expect(statistics.snapshot().jitterMs).toBeCloseTo(4, 3);
    expect(statistics.report(0).jitter).toBeCloseTo(32, -1);
  });

  it('does not take the wrap of the timestamp, or a telephone-event, for jitter', () => {
    const statistics = source();
    for (let i = 0; i < 20; i++) {
      const timestamp = (0xffffffff - 1000 + i * 160) >>> 0;
      statistics.receive({ sequenceNumber: i, timestamp, payload }, i * 20);
    }
    statistics.count(20, undefined, 4, 400);
    statistics.count(21, undefined, 4, 500);
    expect(statistics.snapshot()).toMatchObject({ packetsReceived: 21, jitterMs: 0 });
  });

  it('gives back the last sender report and the time since, so that the sender knows the round trip', () => {
    const statistics = source();
    feed(statistics, 0);
    expect(statistics.report(5000)).toMatchObject({ lastSenderReport: 0, delaySinceLastSenderReport: 0 });
    const sentUnixMs = 1_700_000_000_000;
    statistics.senderReported(ntpFromUnixMs(sentUnixMs), 5000);
    const block = statistics.report(5500);
    expect(block.delaySinceLastSenderReport).toBe(32768);
    expect(roundTripMs(block, sentUnixMs + 500 + 30)).toBeCloseTo(30, 1);
  });
});
