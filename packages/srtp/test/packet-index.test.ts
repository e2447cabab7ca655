import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketIndex, REPLAY_WINDOW } from '../src/packet-index.ts';

/** RFC 3711 appendix A, as it is printed there. */
function appendixA(roc: number, newest: number, sequenceNumber: number): number {
  let v = roc;
  if (newest < 32_768) {
    if (sequenceNumber - newest > 32_768) v = roc - 1;
  } else if (newest - 32_768 > sequenceNumber) v = roc + 1;
  return sequenceNumber + v * 65_536;
}

describe('the packet index', () => {
  it('is guessed as RFC 3711 appendix A does', () => {
    fc.assert(
      fc.property(fc.nat(0xffff), fc.nat(0xffff), fc.nat(0xffff_ffff), (newest, sequenceNumber, roc) => {
        const index = new PacketIndex();
        index.accept(roc * 65_536 + newest);
        expect(index.estimate(sequenceNumber)).toBe(appendixA(roc, newest, sequenceNumber));
      }),
      {
        examples: [
          [0, 32_768, 0],
          [32_768, 0, 1],
          [0, 65_535, 0],
          [65_535, 0, 0],
        ],
      },
    );
  });

  it('lists what was seen as a set of all indices would', () => {
    const steps = fc.array(fc.integer({ min: -200, max: 200 }), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (jumps) => {
        const index = new PacketIndex();
        const seen = new Set<number>();
        let at = 70_000;
        for (const jump of jumps) {
          at += jump;
          const newest = seen.size === 0 ? at : Math.max(...seen);
          const fresh = !seen.has(at) && at > newest - REPLAY_WINDOW;
          expect(index.isFresh(at)).toBe(fresh);
          if (fresh) index.accept(at);
          if (fresh) seen.add(at);
        }
      }),
    );
  });
});
