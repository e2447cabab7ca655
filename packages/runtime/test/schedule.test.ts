import { describe, expect, test } from 'vitest';
import { Schedule } from '../src/schedule.ts';

/** Frames given to each stream when the schedule is looked at as often as it asks for, until `endMs`. */
function run(schedule: Schedule<string>, fromMs: number, endMs: number, lateMs: (n: number) => number) {
  const frames = new Map<string, number>();
  const atMs = new Map<string, number[]>();
  let nowMs = fromMs;
  for (let n = 0; ; n += 1) {
    const wake = schedule.wakeAtMs();
    if (wake === undefined || wake > endMs) return { frames, atMs };
    nowMs = Math.max(nowMs, wake + lateMs(n));
    for (const turn of schedule.due(nowMs)) {
      frames.set(turn.stream, (frames.get(turn.stream) ?? 0) + turn.frames);
      const turns = atMs.get(turn.stream);
      if (turns) turns.push(nowMs);
      else atMs.set(turn.stream, [nowMs]);
    }
  }
}

describe('Schedule', () => {
  test('a stream has a turn every 20 ms, and the first 15 to 20 ms after it joined', () => {
    const schedule = new Schedule<string>(1000.25);
    schedule.join('a', 5000);
    const { atMs } = run(schedule, 5000, 5200, () => 0);
    const turns = atMs.get('a') ?? [];
    expect(turns[0]).toBeGreaterThanOrEqual(5015);
    expect(turns[0]).toBeLessThanOrEqual(5020);
    for (let i = 1; i < turns.length; i += 1) expect((turns[i] ?? 0) - (turns[i - 1] ?? 0)).toBeCloseTo(20);
  });

  test('late looks do not make it drift: after an hour exactly as many frames as periods', () => {
    const schedule = new Schedule<string>(0);
    schedule.join('a', 0);
    const { frames } = run(schedule, 0, 3_600_000, (n) => (n * 7) % 18);
    expect(frames.get('a')).toBe(3_600_000 / 20);
  });

  test('a stall is made up for at once', () => {
    const schedule = new Schedule<string>(0);
    schedule.join('a', 0);
    const first = schedule.wakeAtMs() ?? 0;
    expect(schedule.due(first + 100)).toEqual([{ stream: 'a', frames: 6, skipped: 0 }]);
    expect(schedule.due(first + 100)).toEqual([]);
    expect(schedule.wakeAtMs()).toBe(first + 120);
  });

  test('a sleep of the machine is skipped, but for half a second', () => {
    const schedule = new Schedule<string>(0);
    schedule.join('a', 0);
    const first = schedule.wakeAtMs() ?? 0;
    expect(schedule.due(first + 60_000)).toEqual([{ stream: 'a', frames: 25, skipped: 3001 - 25 }]);
    expect(schedule.wakeAtMs()).toBe(first + 60_020);
  });

  test('streams that join together are spread over several instants', () => {
    const schedule = new Schedule<string>(0);
    for (let i = 0; i < 100; i += 1) schedule.join(`s${i}`, 500);
    const { atMs } = run(schedule, 500, 521, () => 0);
    const instants = new Map<number, number>();
    for (const [first = 0] of atMs.values()) instants.set(first, (instants.get(first) ?? 0) + 1);
    expect([...instants.values()]).toEqual([20, 20, 20, 20, 20]);
  });

  test('streams that join over time fill every phase', () => {
    const schedule = new Schedule<string>(0);
    for (let i = 0; i < 200; i += 1) schedule.join(`s${i}`, 500 + i * 0.1);
    const { atMs } = run(schedule, 520, 560, () => 0);
    expect(new Set([...atMs.values()].flat().map((at) => at % 20)).size).toBe(20);
  });

  test('who leaves has no more turns, and nobody means no wake-up', () => {
    const schedule = new Schedule<string>(0);
    schedule.join('a', 0);
    schedule.join('b', 0);
    schedule.leave('a');
    expect(schedule.due(100).map((turn) => turn.stream)).toEqual(['b']);
    schedule.leave('b');
    expect(schedule.wakeAtMs()).toBeUndefined();
    expect(schedule.size).toBe(0);
  });

  test('a stream that joins during a stall is not given the frames of others', () => {
    const schedule = new Schedule<string>(0);
    schedule.join('old', 0);
    schedule.join('new', 200);
    const turns = schedule.due(200);
    expect(turns.map((turn) => turn.stream)).toEqual(['old']);
    expect(schedule.due(221).find((turn) => turn.stream === 'new')?.frames).toBe(1);
  });
});
