import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slicePorts } from '../src/process/port-slices.ts';

describe('the parts of a port range', () => {
  it('are equal, and the last takes what is left over', () => {
    expect(slicePorts({ min: 30_000, max: 30_999 }, 3)).toEqual([
      { min: 30_000, max: 30_331 },
      { min: 30_332, max: 30_663 },
      { min: 30_664, max: 30_999 },
    ]);
  });

  it('begin on even ports, lie inside and do not overlap', () => {
    fc.assert(
      fc.property(
        fc.nat(60_000),
        fc.integer({ min: 70, max: 5000 }),
        fc.integer({ min: 1, max: 16 }),
        (min, size, n) => {
          const slices = slicePorts({ min, max: min + size - 1 }, n);
          expect(slices).toHaveLength(n);
          expect(slices.at(-1)?.max).toBe(min + size - 1);
          for (const [i, slice] of slices.entries()) {
            expect(slice.min % 2).toBe(0);
            expect(slice.max - slice.min).toBeGreaterThanOrEqual(3);
            expect(slice.min).toBeGreaterThan(slices[i - 1]?.max ?? min - 1);
          }
        },
      ),
    );
  });

  it('that hold no call are refused, with the setting named', () => {
    expect(() => slicePorts({ min: 30_000, max: 30_009 }, 3)).toThrow(
      'rtpPorts: 30000-30009 is too small for 3 processes; each needs 4 ports',
    );
  });
});
