import { expect, test } from 'vitest';
import { backOffMs } from '../src/sip/back-off.ts';

test('waits grow to five seconds and no further, spread by a quarter', () => {
  expect([1, 2, 3, 4, 5, 6, 60].map((failures) => backOffMs(failures, 0.5))).toEqual([
    250, 500, 1000, 2000, 4000, 5000, 5000,
  ]);
  expect(backOffMs(1, 0)).toBe(187.5);
  expect(backOffMs(1, 1)).toBe(312.5);
});
