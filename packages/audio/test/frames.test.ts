import { describe, expect, it } from 'vitest';
import { frames } from '../src/index.ts';

async function* pieces(bytes: Uint8Array, size: number, onClose?: () => void) {
  try {
    for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
  } finally {
    onClose?.();
  }
}

const sound = Uint8Array.from({ length: 1000 }, (_, i) => i & 0x7f);

describe('frames', () => {
  for (const size of [1, 7, 160, 161, 999, 1000]) {
    it(`gives the same frames for pieces of ${size}`, async () => {
      const out: Uint8Array[] = [];
      for await (const frame of frames(pieces(sound, size), 160)) out.push(frame);
      expect(out.map((frame) => frame.length)).toEqual(Array(7).fill(160));
      const joined = Buffer.concat(out);
      expect(joined.subarray(0, 1000).equals(sound)).toBe(true);
      expect([...joined.subarray(1000)]).toEqual(Array(120).fill(0xff));
    });
  }

  it('fills with A-law silence when told', async () => {
    for await (const frame of frames([Uint8Array.of(1)], 4, 0xd5))
      expect(frame).toEqual(Uint8Array.of(1, 0xd5, 0xd5, 0xd5));
  });

  it('makes no frame of an empty stream', async () => {
    for await (const frame of frames([new Uint8Array(0)])) expect.fail(`a frame of ${frame.length}`);
  });

  it('closes its source when the listener leaves early', async () => {
    let closed = false;
    const source = pieces(sound, 160, () => {
      closed = true;
    });
    for await (const _ of frames(source)) break;
    expect(closed).toBe(true);
  });
});
