import { describe, expect, it } from 'vitest';
import {
  formatRAck,
  noReliableResponses,
  parseRAck,
  type ReliableClientState,
  responseTo,
  settlePrack,
  takeProvisional,
} from '../src/index.ts';
import { request } from './messages.ts';

const invite = request('INVITE');

/** The caller, to whom forks send provisional responses; without an RSeq they are ordinary ones. */
class Caller {
  state: ReliableClientState = noReliableResponses;

  hears(tag: string, rseq?: number): boolean {
    const headers =
      rseq === undefined
        ? []
        : [
            { name: 'Require', value: 'foo, 100rel' },
            { name: 'RSeq', value: String(rseq) },
          ];
    const taken = takeProvisional(this.state, responseTo(invite, 183, '', { toTag: tag, headers }));
    this.state = taken.state;
    return taken.isNew;
  }

  acknowledges(rack?: string): string {
    const settled = settlePrack(this.state, rack === undefined ? undefined : parseRAck(rack));
    if (!settled) return 'nothing';
    this.state = settled.state;
    return `${settled.settled.remoteTag}: ${formatRAck(settled.settled.rack)}`;
  }
}

describe('reliable provisional responses at the caller (RFC 3262 4)', () => {
  it('are taken once and in order, each fork by its own numbers', () => {
    const caller = new Caller();
    expect(caller.hears('a', 5)).toBe(true);
    expect(caller.hears('a', 5)).toBe(false);
    expect(caller.hears('a', 7)).toBe(false);
    expect(caller.hears('b', 70)).toBe(true);
    expect(caller.hears('a', 6)).toBe(true);
    expect(caller.hears('a', 7)).toBe(true);
    expect(caller.hears('b', 5)).toBe(false);
  });

  it('leave ordinary ones alone', () => {
    const caller = new Caller();
    expect([caller.hears('a'), caller.hears('a'), caller.acknowledges()]).toEqual([true, true, 'nothing']);
  });

  it('are owed one PRACK each, sent to the fork whose response it names', () => {
    const caller = new Caller();
    caller.hears('a', 5);
    caller.hears('b', 70);
    caller.hears('a', 6);
    expect(caller.acknowledges('70 314159 INVITE')).toBe('b: 70 314159 INVITE');
    expect(caller.acknowledges('70 314159 INVITE')).toBe('nothing');
    expect(caller.acknowledges()).toBe('a: 5 314159 INVITE');
    expect(caller.acknowledges('6 314159 INVITE')).toBe('a: 6 314159 INVITE');
  });

  it('tells two forks with the same number apart by who came first', () => {
    const caller = new Caller();
    caller.hears('a', 1);
    caller.hears('b', 1);
    expect([caller.acknowledges('1 314159 INVITE'), caller.acknowledges('1 314159 INVITE')]).toEqual([
      'a: 1 314159 INVITE',
      'b: 1 314159 INVITE',
    ]);
  });

  it('does not keep account of forks without end', () => {
    const caller = new Caller();
    for (let fork = 0; fork < 100; fork++) caller.hears(`fork${fork}`, 1);
    expect(caller.state.last.size).toBe(32);
    expect(caller.hears('another', 1)).toBe(false);
  });
});
