import { expect, it } from 'vitest';
import { fates } from '../src/index.ts';

const impairment = { lost: 0.1, duplicated: 0.05, reordered: 0.05, delayMs: 40 };
const draw = (seed: number, count: number) => {
  const next = fates(impairment, seed);
  return Array.from({ length: count }, next);
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
