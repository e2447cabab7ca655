import { describe, expect, it } from 'vitest';
import { heldRows } from '../src/calls/held-rows.ts';

const rows = (...ids: string[]) => ids.map((id) => ({ id }));

describe('rows under the pointer', () => {
  it('stay where they are while new ones wait above', () => {
    expect(heldRows(rows('d', 'c', 'b', 'a'), rows('b', 'a'))).toEqual({ shown: rows('b', 'a'), waiting: 2 });
  });

  it('stay although the list has lost them, as they were last', () => {
    expect(heldRows(rows('c', 'a'), rows('b', 'a'))).toEqual({ shown: rows('b', 'a'), waiting: 1 });
  });

  it('change in place', () => {
    const now = [{ id: 'a', status: 'busy' }];
    expect(heldRows(now, [{ id: 'a', status: 'ringing' }]).shown).toEqual(now);
  });

  it('grow at the end at once', () => {
    expect(heldRows(rows('b', 'a', 'older'), rows('b', 'a'))).toEqual({
      shown: rows('b', 'a', 'older'),
      waiting: 0,
    });
  });

  it('are all shown when nothing of what was there is left', () => {
    expect(heldRows(rows('x'), rows('b'))).toEqual({ shown: rows('x'), waiting: 0 });
  });
});
