import { describe, expect, it } from 'vitest';
import { AVP_MINIMUM_MS, rtcpIntervalMs } from '../src/index.ts';

// A telephone call: 80 kbit/s of G.711 with headers, 5 % of it for the reports of both.
const call = {
  members: 2,
  senders: 2,
  weSend: true,
  bytesPerSec: 500,
  averageBytes: 120,
  minimumMs: AVP_MINIMUM_MS,
};

describe('the time to the next report', () => {
  it('is five seconds in the mean for a call under RTP/AVP, spread over half to one and a half', () => {
    const divided = 5000 / (Math.E - 1.5);
    expect(rtcpIntervalMs(call, 0)).toBeCloseTo(divided / 2, 6);
    expect(rtcpIntervalMs(call, 0.5)).toBeCloseTo(divided, 6);
    expect(rtcpIntervalMs(call, 1)).toBeCloseTo(1.5 * divided, 6);
  });

  it('follows the bandwidth where that makes it longer than the minimum', () => {
    const slow = { ...call, minimumMs: 0 };
    expect(rtcpIntervalMs(slow, 0.5)).toBeCloseTo(480 / (Math.E - 1.5), 6);
    expect(rtcpIntervalMs({ ...slow, bytesPerSec: 50 }, 0.5)).toBeCloseTo(4800 / (Math.E - 1.5), 6);
  });

  it('gives a quarter of the bandwidth to few senders, and the rest to the listeners', () => {
    const lecture = { ...call, members: 100, senders: 2, minimumMs: 0 };
    expect(rtcpIntervalMs(lecture, 0.5)).toBeCloseTo((120 * 2 * 1000) / 125 / (Math.E - 1.5), 6);
    const listener = { ...lecture, weSend: false };
    expect(rtcpIntervalMs(listener, 0.5)).toBeCloseTo((120 * 98 * 1000) / 375 / (Math.E - 1.5), 6);
  });
});
