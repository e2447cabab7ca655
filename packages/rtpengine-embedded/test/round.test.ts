import { describe, expect, it } from 'vitest';
import { Round } from '../src/control/round.ts';

describe('a round', () => {
  it('gives each member one turn, and no portion more than its part', () => {
    const round = new Round<number>(25);
    const members = Array.from({ length: 1000 }, (_, i) => i);
    for (const member of members) round.join(member);
    const turns = Array.from({ length: 25 }, () => round.turn());
    expect(turns.map(({ length }) => length)).toEqual(new Array(25).fill(40));
    expect(turns.flat().sort((a, b) => a - b)).toEqual(members);
    expect(round.turn()).toEqual(turns[0]);
  });

  it('lets members leave during a turn, and fills their places', () => {
    const round = new Round<string>(2);
    for (const member of ['a', 'b', 'c', 'd']) round.join(member);
    for (const member of round.turn()) round.leave(member);
    round.join('e');
    expect([round.turn(), round.turn()]).toEqual([['b', 'd'], ['e']]);
  });
});
