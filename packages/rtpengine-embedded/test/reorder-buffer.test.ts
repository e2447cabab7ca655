import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReorderBuffer } from '../src/codec/reorder-buffer.ts';

/** What is taken of packets that come in this order: their numbers, and `-n` for n that were lost. */
function taken(...arrivals: number[]): number[] {
  const out: number[] = [];
  const buffer = new ReorderBuffer<{ sequenceNumber: number }>(({ sequenceNumber }, lost) => {
    if (lost > 0) out.push(-lost);
    out.push(sequenceNumber);
  });
  for (const sequenceNumber of arrivals) buffer.receive({ sequenceNumber });
  return out;
}

describe('order of packets', () => {
  it('is left alone when nothing is wrong', () => {
    expect(taken(65_534, 65_535, 0, 1)).toEqual([65_534, 65_535, 0, 1]);
  });

  it('is put right where neighbours changed places', () => {
    expect(taken(1, 3, 2, 4)).toEqual([1, 2, 3, 4]);
    expect(taken(65_535, 1, 0, 2)).toEqual([65_535, 0, 1, 2]);
  });

  it('goes on with the next packet when one was lost', () => {
    expect(taken(1, 3)).toEqual([1]);
    expect(taken(1, 3, 4, 5)).toEqual([1, -1, 3, 4, 5]);
    expect(taken(1, 5, 6)).toEqual([1, -3, 5, 6]);
    expect(taken(1, 3, 5, 6)).toEqual([1, -1, 3, -1, 5, 6]);
  });

  it('drops what comes twice or too late', () => {
    expect(taken(1, 1, 2, 2, 4, 4, 3, 5, 1)).toEqual([1, 2, 3, 4, 5]);
    expect(taken(1, 3, 4, 2, 5)).toEqual([1, -1, 3, 4, 5]);
  });

  it('begins anew when the numbers jump, either way', () => {
    expect(taken(1, 30_000, 30_001)).toEqual([1, 30_000, 30_001]);
    expect(taken(5000, 3, 4)).toEqual([5000, 3, 4]);
  });

  it('takes every packet at most once, in order, whatever comes', () => {
    const arrivals = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 100 });
    fc.assert(
      fc.property(arrivals, (numbers) => {
        const order = taken(...numbers).filter((value) => value >= 0);
        // 0 is taken for "lost none", so it is never pushed as a loss; each number is newer than the one before.
        expect(order).toEqual([...new Set(order)].sort((a, b) => a - b));
      }),
    );
  });
});
