import { describe, expect, it } from 'vitest';
import { heldRows } from '../src/calls/held-rows.ts';

const rows = (...ids: string[]) => ids.map((id) => ({ id }));

describe('rows under the pointer', () => {
  it('stay where they are while new ones wait above', () => {
    expect(heldRows(rows('d', 'c', 'b', 'a'), ['b', 'a'])).toEqual({ shown: rows('b', 'a'), waiting: 2 });
  });

  it('grow at the end at once', () => {
    expect(heldRows(rows('b', 'a', 'older'), ['b', 'a'])).toEqual({
      shown: rows('b', 'a', 'older'),
      waiting: 0,
    });
  });

  it('are all shown when nothing of what was there is left', () => {
    expect(heldRows(rows('x'), ['b'])).toEqual({ shown: rows('x'), waiting: 0 });
  });
});
