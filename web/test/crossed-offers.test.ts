import { describe, expect, it } from 'vitest';
import { waitAfterCrossingMs } from '../src/phone/sip/crossed-offers.ts';

describe('after two offers crossed (RFC 3261 14.1)', () => {
  it.each([
    ['the owner of the Call-ID', true, 2100, 4000],
    ['the other side', false, 0, 2000],
  ])('%s waits within its bounds, in steps of 10 ms', (_who, owns, leastMs, mostMs) => {
    const waits = Array.from({ length: 1000 }, (_, i) => waitAfterCrossingMs(owns, i / 1000));
    expect(Math.min(...waits)).toBe(leastMs);
    expect(Math.max(...waits)).toBeLessThanOrEqual(mostMs);
    expect(waits.every((ms) => ms % 10 === 0)).toBe(true);
  });

  it('the two never wait for the same time', () => {
    expect(waitAfterCrossingMs(false, 0.999)).toBeLessThan(waitAfterCrossingMs(true, 0));
  });
});
