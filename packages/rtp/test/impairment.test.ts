import { expect, it } from 'vitest';
import { fates, type Impairment } from '../src/index.ts';

const impairment = { lost: 0.1, duplicated: 0.05, reordered: 0.05, heldMs: 40 };
/** Times under way, of datagrams sent each 20 ms. */
const draw = (seed: number, count: number, bad: Impairment = impairment) => {
  const next = fates(bad, seed);
  return Array.from({ length: count }, (_, i) => next(i * 20).map((arrivalMs) => arrivalMs - i * 20));
};

it('loses, doubles and holds back as many datagrams as asked', () => {
  const drawn = draw(1, 100_000);
  const share = (matches: (arrivals: number[]) => boolean) => drawn.filter(matches).length / drawn.length;
  expect(share((arrivals) => arrivals.length === 0)).toBeCloseTo(0.1, 2);
  expect(share((arrivals) => arrivals.length === 2)).toBeCloseTo(0.9 * 0.05, 2);
  expect(share(([first = 0]) => first === 40)).toBeCloseTo(0.9 * 0.05, 2);
});

it('does the same again for the same seed, and something else for another', () => {
  expect(draw(7, 1000)).toEqual(draw(7, 1000));
  expect(draw(7, 1000)).not.toEqual(draw(8, 1000));
});

it('delays all alike, and some longer by chance, but keeps their order', () => {
  const underWay = draw(3, 10_000, { delayMs: 100, jitterMs: 60 }).flat();
  expect(Math.min(...underWay)).toBeGreaterThanOrEqual(100);
  expect(Math.max(...underWay)).toBeLessThan(160);
  expect(new Set(underWay.map((ms) => Math.floor(ms / 10))).size).toBe(6);
  const arrivals = underWay.map((ms, i) => i * 20 + ms);
  expect(arrivals.toSorted((a, b) => a - b)).toEqual(arrivals);
});

it('does nothing when nothing is asked', () => {
  expect(draw(1, 100, {})).toEqual(Array(100).fill([0]));
});
