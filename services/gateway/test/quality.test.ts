import type { DirectionQuality, MediaQualityEvent, QualityHistory } from '@ringback/contracts';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gathering, gather, NOTHING_GATHERED } from '../src/quality/quality-fold.ts';
import { aCall, gatewayUnderTest, startStore, type TestStore } from './gateway-under-test.ts';

const LEG = uuidv7();
const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 10) + second * 1000).toISOString();

function direction(change: Partial<DirectionQuality> = {}): DirectionQuality {
  return {
    legId: LEG,
    role: 'caller',
    packets: 50,
    packetsLost: 0,
    jitterMs: 1,
    roundTripMs: null,
    mos: 4.4,
    codec: 'PCMU',
    silent: false,
    ...change,
  };
}

const second = (n: number, ...directions: DirectionQuality[]): MediaQualityEvent => ({
  type: 'media.quality',
  time: at(n),
  callId: uuidv7(),
  directions,
});

function gathered(seconds: readonly MediaQualityEvent[]) {
  let state: Gathering = NOTHING_GATHERED;
  const points = seconds.flatMap((each) => {
    const step = gather(state, each);
    state = step.state;
    return step.complete ?? [];
  });
  return { points, open: state.open };
}

describe('what is kept of how a call sounded', () => {
  it('is each second at first, without the path that stands with the leg', () => {
    const end = { type: 'host', transport: 'udp', address: '127.0.0.1', port: 1 } as const;
    const candidatePair = { local: end, remote: end };
    const { points, open } = gathered([second(1, direction({ candidatePair })), second(2, direction())]);
    expect(points).toEqual([
      { time: at(1), seconds: 1, directions: [direction()] },
      { time: at(2), seconds: 1, directions: [direction()] },
    ]);
    expect(open).toBeUndefined();
  });

  it('grows ever slower in a long call, and loses no packet and no bad second', () => {
    const day = 24 * 3600;
    const { points, open } = gathered(
      Array.from({ length: day }, (_, n) =>
        second(n, direction(n === 40_000 ? { mos: 1.2, packetsLost: 7 } : {})),
      ),
    );
    expect(points.length).toBeLessThan(5000);
    const all = [...points, ...(open ? [open] : [])];
    const sum = (of: (d: DirectionQuality) => number) =>
      all.reduce((total, { directions }) => total + of(directions[0]!), 0);
    expect(sum(({ packets }) => packets)).toBe(50 * day);
    expect(sum(({ packetsLost }) => packetsLost)).toBe(7);
    expect(Math.min(...all.map(({ directions }) => directions[0]?.mos ?? 5))).toBe(1.2);
    expect(all.reduce((total, { seconds }) => total + seconds, 0)).toBe(day);
  });

  it('keeps the worst of what is joined, and a direction that was heard in one part alone', () => {
    const other = uuidv7();
    const long = { points: 600, open: undefined };
    const one = gather(long, second(1, direction({ mos: null, roundTripMs: 20, silent: true })));
    const two = gather(one.state, second(2, direction({ jitterMs: 9, mos: 3 }), direction({ legId: other })));
    expect(one.complete).toBeUndefined();
    expect(two.complete).toEqual({
      time: at(2),
      seconds: 2,
      directions: [
        direction({ packets: 100, jitterMs: 9, mos: 3, roundTripMs: 20, silent: true }),
        direction({ legId: other }),
      ],
    });
  });
});

describe('GET /api/calls/{id}/quality', () => {
  let database: TestStore;
  beforeAll(async () => {
    database = await startStore();
  }, 60_000);
  afterAll(() => database?.close());

  it('gives the seconds that were told, also those of a moment ago, and after the end', async () => {
    const gateway = await gatewayUnderTest(database.store);
    const call = aCall({ status: 'in-progress' });
    await database.store.calls.create(call);
    const read = async () =>
      (await gateway.app.inject(`/api/calls/${call.id}/quality`)).json() as QualityHistory;
    expect(await read()).toEqual({ points: [] });
    for (const n of [1, 2, 3])
      gateway.bus.publish('media.quality', { ...second(n, direction({ packetsLost: n })), callId: call.id });
    expect(
      (await read()).points.map(({ time, seconds, directions }) => [
        time,
        seconds,
        directions[0]?.packetsLost,
      ]),
    ).toEqual([
      [at(1), 1, 1],
      [at(2), 1, 2],
      [at(3), 1, 3],
    ]);
    gateway.bus.publish('network.event', { type: 'call.ended', time: at(4), call });
    expect((await read()).points).toHaveLength(3);
    expect(await gateway.app.inject(`/api/calls/${uuidv7()}/quality`)).toMatchObject({ statusCode: 404 });
    await gateway.close();
  });
});
