import { describe, expect, it } from 'vitest';
import { Framer } from '../src/codec/framer.ts';

type Frame = [position: number, samples: number[], begins: boolean];

function framer(frameSamples: number): { framer: Framer; frames: Frame[] } {
  const frames: Frame[] = [];
  return {
    framer: new Framer(frameSamples, (position, frame, begins) =>
      frames.push([position, [...frame], begins]),
    ),
    frames,
  };
}
const ramp = (from: number, count: number) => Int16Array.from({ length: count }, (_, i) => from + i);

describe('frames', () => {
  it('are cut from longer pieces and put together from shorter ones', () => {
    const { framer: four, frames } = framer(4);
    four.write(100, ramp(0, 6));
    four.write(106, ramp(6, 1));
    four.write(107, ramp(7, 1));
    expect(frames).toEqual([
      [100, [0, 1, 2, 3], true],
      [104, [4, 5, 6, 7], false],
    ]);
  });

  it('end with silence before a hole, and begin anew after it', () => {
    const { framer: four, frames } = framer(4);
    four.write(0, ramp(1, 6));
    four.write(50, ramp(50, 4));
    expect(frames).toEqual([
      [0, [1, 2, 3, 4], true],
      [4, [5, 6, 0, 0], false],
      [50, [50, 51, 52, 53], true],
    ]);
  });

  it('lose what the silence at their end has covered', () => {
    const { framer: four, frames } = framer(4);
    four.write(0, ramp(1, 2));
    four.write(3, ramp(4, 5));
    expect(frames).toEqual([
      [0, [1, 2, 0, 0], true],
      [4, [5, 6, 7, 8], false],
    ]);
  });

  it('leave out what comes twice', () => {
    const { framer: four, frames } = framer(4);
    four.write(0, ramp(0, 4));
    four.write(0, ramp(0, 4));
    four.write(2, ramp(2, 6));
    expect(frames.map(([position, samples]) => [position, samples])).toEqual([
      [0, [0, 1, 2, 3]],
      [4, [4, 5, 6, 7]],
    ]);
  });
});
