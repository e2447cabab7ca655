import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SimulatedNetwork } from '../src/media/simulated-network.ts';

let nowMs: number;
const clock = { nowMs: () => nowMs, unixMs: () => nowMs, ntpMs: () => nowMs };
let network: SimulatedNetwork;
let arrived: { n: number; atMs: number }[];
const deliver = (bytes: Buffer) => void arrived.push({ n: bytes.readUInt32BE(), atMs: nowMs });

beforeEach(() => {
  vi.useFakeTimers();
  nowMs = 0;
  arrived = [];
});
afterEach(() => {
  network.close();
  vi.useRealTimers();
});

function pass(ms: number): void {
  for (let i = 0; i < ms; i++) {
    nowMs += 1;
    vi.advanceTimersByTime(1);
  }
}

function send(count: number): void {
  for (let n = 0; n < count; n++) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(n);
    network.carry(bytes, deliver);
    pass(20);
  }
}

describe('a simulated network', () => {
  it('that does nothing delivers at once', () => {
    network = new SimulatedNetwork({}, 1, clock);
    send(3);
    expect(arrived).toEqual([0, 1, 2].map((n) => ({ n, atMs: n * 20 })));
  });

  it('delays what it carries, jitters within its limit and keeps the order', () => {
    network = new SimulatedNetwork({ delayMs: 100, jitterMs: 50 }, 1, clock);
    send(500);
    pass(200);
    expect(arrived.map(({ n }) => n)).toEqual(Array.from({ length: 500 }, (_, n) => n));
    const underWay = arrived.map(({ n, atMs }) => atMs - n * 20);
    expect(Math.min(...underWay)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...underWay)).toBeLessThanOrEqual(151);
    expect(Math.max(...underWay) - Math.min(...underWay)).toBeGreaterThan(30);
  });

  it('loses and reorders what it is asked to, the same each time', () => {
    const runs = [1, 2].map(() => {
      arrived = [];
      nowMs = 0;
      network = new SimulatedNetwork({ lost: 0.1, reordered: 0.1, heldMs: 50 }, 42, clock);
      send(1000);
      pass(100);
      return arrived;
    });
    expect(runs[0]).toEqual(runs[1]);
    expect(runs[0]!.length).toBeGreaterThan(860);
    expect(runs[0]!.length).toBeLessThan(940);
    const overtaken = runs[0]!.filter(({ n }, i) => n < (runs[0]![i - 1]?.n ?? 0));
    expect(overtaken.length).toBeGreaterThan(40);
  });

  it('gives each receiver of a doubled packet bytes of its own', () => {
    network = new SimulatedNetwork({ duplicated: 1 }, 1, clock);
    const bytes = Buffer.from([1]);
    const got: number[] = [];
    network.carry(bytes, (mine) => {
      got.push(mine[0]!);
      mine[0] = 2;
    });
    expect(got).toEqual([1, 1]);
  });

  it('holds so many packets and no more, and none when it is closed', () => {
    network = new SimulatedNetwork({ delayMs: 60_000 }, 1, clock);
    for (let n = 0; n < 1500; n++) network.carry(Buffer.alloc(4), deliver);
    expect(vi.getTimerCount()).toBe(1);
    pass(60_001);
    expect(arrived).toHaveLength(1000);
    network.carry(Buffer.alloc(4), deliver);
    network.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
