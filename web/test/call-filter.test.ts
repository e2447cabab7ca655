import { describe, expect, it } from 'vitest';
import {
  addressOf,
  apiQuery,
  chipsOf,
  isUnfiltered,
  readFilter,
  withValues,
} from '../src/calls/call-filter.ts';
import { readSaved, withSaved } from '../src/calls/saved-filters.ts';
import { answeredShare, talkTime } from '../src/calls/totals.ts';

const NOON = new Date(2026, 2, 10, 12).getTime();
const midnight = (day: number) => new Date(2026, 2, day).toISOString();

describe('the filter of the list of calls', () => {
  it('is what stands in the address, and nothing else', () => {
    const filter = readFilter(new URLSearchParams('q=+table+&status=busy,failed&open=1&caller='));
    expect(filter).toEqual({ q: 'table', status: 'busy,failed' });
    expect(addressOf(filter)).toBe('q=table&status=busy%2Cfailed');
    expect(isUnfiltered(readFilter(new URLSearchParams('utm=x')))).toBe(true);
  });

  it('loses what is emptied', () => {
    expect(withValues({ q: 'a', status: 'busy' }, { status: '' })).toEqual({ q: 'a' });
  });

  it('asks the server for times: a period up to now, days from midnight to midnight', () => {
    expect(apiQuery({ when: '24h' }, NOON)).toEqual({ from: new Date(NOON - 86_400_000).toISOString() });
    expect(apiQuery({ when: 'today' }, NOON)).toEqual({ from: midnight(10) });
    expect(apiQuery({ from: '2026-03-01', to: '2026-03-02' }, NOON)).toEqual({
      from: midnight(1),
      to: midnight(3),
    });
    expect(apiQuery({ when: 'eternity', mosBelow: '3.1' }, NOON)).toEqual({ mosBelow: '3.1' });
    expect(apiQuery({ from: 'yesterday' }, NOON)).toEqual({ from: 'yesterday' });
  });

  it('is told in chips', () => {
    const filter = {
      q: 'x',
      status: 'busy,no-answer',
      when: '7d',
      sipStatus: '4xx',
      mosBelow: '3.6',
      callee: '1001',
    };
    expect(chipsOf(filter).map(({ label }) => label)).toEqual([
      'busy or no answer',
      'to 1001',
      'last 7 days',
      'MOS below 3.6',
      'SIP 4xx',
    ]);
  });
});

it('keeps filters under their names, whatever else was in the storage', () => {
  const bad = { name: 'Bad calls', address: 'mosBelow=3.1' };
  expect(withSaved(withSaved([], bad), { ...bad, address: 'mosBelow=2' })).toEqual([
    { ...bad, address: 'mosBelow=2' },
  ]);
  expect(readSaved('nonsense')).toEqual([]);
  expect(readSaved(JSON.stringify([bad, { name: 1 }, null]))).toEqual([bad]);
});

it('sums calls up', () => {
  const totals = (calls: number, answered: number) => ({ calls, answered, talkMs: 0, mos: null });
  expect(answeredShare(totals(0, 0))).toBeNull();
  expect(answeredShare(totals(1000, 999))).toBe('99 %');
  expect(answeredShare(totals(1000, 1))).toBe('< 1 %');
  expect(answeredShare(totals(3, 2))).toBe('67 %');
  expect(talkTime(125_000)).toBe('2 min 05 s');
  expect(talkTime(7_500_000)).toBe('2 h 05 min');
});
