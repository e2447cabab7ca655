import type { CallDetail, Leg } from '@ringback/contracts';
import { expect, it } from 'vitest';
import { logOf, stepsOf } from '../src/speak/leg-steps.ts';

const leg = { id: 'l', number: '2001', answeredAt: '2026', sipStatus: 200 } as Leg;
const busy = { id: 'm', number: '1002', answeredAt: null, sipStatus: 486 } as Leg;
const event = (time: string, type: string, legId: string | null, sipStatus: number | null, detail = '') => ({
  time,
  type,
  legId,
  sipStatus,
  detail,
});
const events = [
  event('1', 'call.queued', null, null),
  event('2', 'leg.trying', 'l', null),
  event('3', 'leg.early', 'l', 180),
  event('4', 'leg.confirmed', 'l', 200),
  event('5', 'speech.started', null, null, 'built-in'),
  event('6', 'leg.terminated', 'l', 200),
  event('7', 'leg.terminated', 'm', 486),
];

it('shows the states of a leg with the status that brought each', () => {
  const words = stepsOf(leg, events).map(({ state, sipStatus }) =>
    sipStatus ? `${state} (${sipStatus})` : state,
  );
  expect(words).toEqual(['trying', 'early (180)', 'confirmed (200)', 'terminated']);
  expect(stepsOf(busy, events)).toMatchObject([{ state: 'terminated', sipStatus: 486, tone: 'failed' }]);
});

it('logs every dialog state and the speech, newest first', () => {
  const detail = { id: 'c', legs: [leg, busy], events } as unknown as CallDetail;
  const lines = logOf([detail], ({ number }) => number).map(({ who, what }) => `${who} ${what}`);
  expect(lines).toEqual([
    '1002 terminated (486)',
    '2001 terminated',
    'voice speech started · built-in',
    '2001 confirmed (200)',
    '2001 early (180)',
    '2001 trying',
  ]);
});
