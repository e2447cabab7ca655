import type { DirectionQuality, QualityPoint } from '@ringback/contracts';
import { describe, expect, it } from 'vitest';
import { pairWords } from '../src/quality/candidate-words.ts';
import {
  columnsOf,
  fewerPoints,
  joinedPoints,
  measured,
  pointOf,
  sumOf,
  valueWords,
  withSecond,
} from '../src/quality/quality-points.ts';

const BEGAN = Date.UTC(2026, 2, 1, 10);
const at = (second: number) => new Date(BEGAN + second * 1000).toISOString();

function direction(change: Partial<DirectionQuality> = {}): DirectionQuality {
  return {
    legId: 'leg',
    role: 'caller',
    packets: 45,
    packetsLost: 5,
    jitterMs: 2,
    roundTripMs: null,
    mos: 3.5,
    codec: 'PCMU',
    silent: false,
    ...change,
  };
}

const point = (second: number, ...directions: DirectionQuality[]): QualityPoint => ({
  time: at(second),
  seconds: 1,
  directions,
});

describe('quality over time', () => {
  it('has a point for every moment of the call, also where a second came late and after the last', () => {
    const points = [point(1), point(2.3), point(3)];
    const second = (moment: number) => pointOf(points, (BEGAN + moment * 1000) * 1000)?.time;
    expect([0.2, 1, 1.1, 3, 3.4].map(second)).toEqual([at(1), at(1), at(2.3), at(3), at(3)]);
    expect(pointOf([], BEGAN * 1000)).toBeUndefined();
  });

  it('is what was read, and what the stream told after it, each second once', () => {
    const read = [point(1, direction()), point(2, direction())];
    expect(joinedPoints(read, [point(2), point(3)]).map(({ time }) => time)).toEqual([at(1), at(2), at(3)]);
    const second = { type: 'media.quality', time: at(2), callId: 'a', directions: [] } as const;
    expect(withSecond(read, { ...second, directions: [] })).toEqual(read);
    expect(withSecond(read, { ...second, time: at(4), directions: [direction()] }).at(-1)).toEqual(
      point(4, direction()),
    );
  });

  it('stands in columns against the seconds of the call, with gaps where nothing is known', () => {
    const points = [
      point(2, direction(), direction({ role: 'callee', packets: 0, packetsLost: 0, mos: null })),
      point(3.5, direction({ packetsLost: 0 })),
    ];
    expect(columnsOf(points, 'loss', BEGAN)).toEqual([
      [2, 3.5],
      [10, 0],
      [null, null],
    ]);
    expect(columnsOf(points, 'mos', BEGAN)[1]).toEqual([3.5, 3.5]);
    // Of a second without sound, jitter says nothing.
    expect(measured(direction({ packets: 0 }), 'jitter')).toBeNull();
    expect(measured(undefined, 'mos')).toBeNull();
  });

  it('is summed up: packets added, the worst of the rest', () => {
    const points = [
      point(1, direction({ roundTripMs: 20 })),
      point(2, direction({ jitterMs: 9, mos: null })),
    ];
    expect(sumOf(points, 'caller')).toMatchObject({
      packets: 90,
      packetsLost: 10,
      jitterMs: 9,
      mos: 3.5,
      roundTripMs: 20,
    });
    expect(sumOf(points, 'callee')).toBeNull();
  });

  it('fits a table, however long the call, and loses nothing in it', () => {
    const long = Array.from({ length: 1000 }, (_, n) => point(n, direction()));
    const few = fewerPoints(long, 300);
    expect(few.length).toBeLessThanOrEqual(300);
    expect(few.reduce((sum, { directions }) => sum + directions[0]!.packetsLost, 0)).toBe(5000);
    expect([few[0]?.seconds, few[0]?.time, few.at(-1)?.time]).toEqual([4, at(3), at(999)]);
    expect(fewerPoints(long.slice(0, 3), 300)).toHaveLength(3);
  });

  it('is told in words', () => {
    expect(valueWords(1.25, 'loss')).toBe('1.3 %');
    expect(valueWords(null, 'mos')).toBe('–');
    expect(valueWords(20.4, 'roundTrip')).toBe('20 ms');
    const end = { type: 'host', transport: 'udp', address: '127.0.0.1', port: 30_000 } as const;
    expect(pairWords({ local: end, remote: { ...end, type: 'prflx', address: '::1' } })).toBe(
      '127.0.0.1:30000 (host) ↔ [::1]:30000 (peer reflexive), udp',
    );
  });
});
