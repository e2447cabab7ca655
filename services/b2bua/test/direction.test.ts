import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDirection } from '../src/media/direction.ts';
import { type QualityState, silenceMs, stepQuality } from '../src/media/live-quality.ts';

const recorded: unknown = JSON.parse(
  readFileSync(new URL('./fixtures/rtpengine-10.5-delete.json', import.meta.url), 'utf8'),
);

const NOTHING = { jitterMs: null, roundTripMs: null, mos: null };

describe('what a query says of one direction', () => {
  it('is taken from the newest report with an rtpengine that does not count by the second', () => {
    expect(readDirection(recorded, 'A', 'B')).toMatchObject({
      total: { packets: 45, codec: 'PCMU' },
      open: true,
      seconds: [],
      reported: { jitterMs: 1, roundTripMs: expect.closeTo(1.5, 0), mos: 3.6 },
      failure: null,
    });
    expect(readDirection(recorded, 'B', 'A').reported).toEqual(NOTHING);
  });

  it('is told by the second by our own engine, with the reason of a failed path', () => {
    const reply = {
      tags: {
        A: {
          failure: 'ICE or DTLS failed',
          medias: [
            {
              type: 'audio',
              flags: ['send'],
              streams: [{}],
              seconds: [
                {
                  ...{ 'reported at': 1_800_000_000, packets: 50, lost: 1, jitter_us: 1250 },
                  ...{ 'round-trip time': 20_500, MOS: 43, codec: 'opus' },
                },
                { 'reported at': 1_800_000_001, packets: 0, lost: 0, jitter_us: 0, codec: 'opus' },
                'nonsense',
              ],
            },
          ],
        },
      },
    };
    const direction = readDirection(reply, 'A', 'B');
    expect(direction).toMatchObject({ total: null, open: false, failure: 'ICE or DTLS failed' });
    expect(direction.seconds).toEqual([
      {
        atSec: 1_800_000_000,
        figures: { packets: 50, packetsLost: 1, jitterMs: 1.25, roundTripMs: 20.5, mos: 4.3, codec: 'opus' },
      },
      {
        atSec: 1_800_000_001,
        figures: { packets: 0, packetsLost: 0, jitterMs: 0, roundTripMs: null, mos: null, codec: 'opus' },
      },
    ]);
  });
});

describe('the seconds of a call', () => {
  const looked = (packets: number, change: object = {}) => ({
    total: {
      ...{ packets, bytes: 0, packetsLost: Math.floor(packets / 50), jitterMs: 2 },
      ...{ roundTripMs: null, mos: null, codec: 'PCMA' },
    },
    open: true,
    seconds: [],
    reported: { jitterMs: 2, roundTripMs: 30, mos: 4.2 },
    failure: null,
    ...change,
  });
  const after = (...looks: { caller: ReturnType<typeof looked>; callee: ReturnType<typeof looked> }[]) => {
    let state: QualityState | undefined;
    return looks.map((look, second) => {
      const step = stepQuality(state, look, second * 1000);
      state = step.state;
      return { ...step, silenceMs: silenceMs(step.state, second * 1000) };
    });
  };

  it('are the differences of two looks where the media server counts in sums', () => {
    const [first, second] = after(
      { caller: looked(100), callee: looked(0) },
      { caller: looked(150), callee: looked(0) },
    );
    expect(first?.seconds).toEqual([]);
    const common = { jitterMs: 2, roundTripMs: 30, codec: 'PCMA', silent: false };
    expect(second?.seconds).toEqual([
      {
        atMs: 1000,
        caller: { ...common, packets: 50, packetsLost: 1, mos: 4.2 },
        callee: { ...common, packets: 0, packetsLost: 0, mos: null },
      },
    ]);
  });

  it('are each told once where the media server counts by the second, also those between two looks', () => {
    const figures = { packets: 50, packetsLost: 0, ...NOTHING, codec: 'PCMU' };
    const seconds = (...stamps: number[]) => ({ seconds: stamps.map((atSec) => ({ atSec, figures })) });
    const [, second, third] = after(
      { caller: looked(50, seconds(100)), callee: looked(50, seconds(100)) },
      { caller: looked(150, seconds(100, 101, 102)), callee: looked(150, seconds(100, 101)) },
      { caller: looked(150, seconds(100, 101, 102)), callee: looked(150, seconds(101, 102)) },
    );
    const told = { ...figures, silent: false };
    expect(second?.seconds).toEqual([
      { atMs: 101_000, caller: told, callee: told },
      { atMs: 102_000, caller: told, callee: undefined },
    ]);
    expect(third?.seconds).toEqual([]);
  });

  it('say that a direction is silent after five of them, unless somebody holds the call', () => {
    const oneWay = Array.from({ length: 7 }, (_, n) => ({ caller: looked(50 * n), callee: looked(9) }));
    const silent = after(...oneWay).map(({ seconds }) => seconds[0]?.callee?.silent ?? false);
    expect(silent).toEqual([false, false, false, false, false, true, true]);
    const held = oneWay.map(({ caller, callee }) => ({ caller, callee: { ...callee, open: false } }));
    expect(after(...held).some(({ seconds }) => seconds[0]?.callee?.silent)).toBe(false);
    expect(after(...oneWay).at(-1)?.silenceMs).toBe(0);
    const dead = Array.from({ length: 7 }, () => ({ caller: looked(5), callee: looked(9) }));
    expect(after(...dead).at(-1)?.silenceMs).toBe(6000);
    const music = dead.map(({ caller, callee }) => ({ caller, callee: { ...callee, open: false } }));
    expect(after(...music).at(-1)?.silenceMs).toBe(0);
  });
});
