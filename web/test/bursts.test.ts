import { beforeEach, describe, expect, it } from 'vitest';
import { Bursts } from '../src/events/bursts.ts';

const GAP_MS = 16;
let timers: { ms: number; call: () => void }[];
let given: number[][];
let bursts: Bursts<number>;
/** Lets what is waited for come; gives how long the waits were. */
const timePasses = () =>
  timers.splice(0).map(({ ms, call }) => {
    call();
    return ms;
  });

beforeEach(() => {
  timers = [];
  given = [];
  bursts = new Bursts(
    GAP_MS,
    (ms, call) => timers.push({ ms, call }),
    (items) => given.push([...items]),
  );
});

describe('what comes', () => {
  it('first waits for nothing, and takes along what is there already', () => {
    for (const item of [1, 2]) bursts.add(item);
    expect(timePasses()).toEqual([0]);
    expect(given).toEqual([[1, 2]]);
  });

  it('soon after waits for the end of the gap, and is handed on together', () => {
    bursts.add(1);
    timePasses();
    for (const item of [2, 3]) bursts.add(item);
    expect(timePasses()).toEqual([GAP_MS]);
    expect(given).toEqual([[1], [2, 3]]);
  });

  it('after a gap without anything is the first again', () => {
    bursts.add(1);
    timePasses();
    timePasses();
    expect(timers).toEqual([]);
    bursts.add(2);
    expect(timePasses()).toEqual([0]);
    expect(given).toEqual([[1], [2]]);
  });

  it('without end costs one step for each gap', () => {
    for (let item = 0; item < 500; item += 1) {
      bursts.add(item);
      if (item % 100 === 99) timePasses();
    }
    expect(given.map(({ length }) => length)).toEqual([100, 100, 100, 100, 100]);
  });
});
