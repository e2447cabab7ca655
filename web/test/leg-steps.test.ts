import type { CallDetail, Leg } from '@ringback/contracts';
import { expect, it } from 'vitest';
import { logOf, stepsOf } from '../src/speak/leg-steps.ts';

const leg = { id: 'l', number: '2001', answeredAt: '2026', sipStatus: 200 } as Leg;
const busy = { id: 'm', number: '1002', answeredAt: null, sipStatus: 486 } as Leg;
const events = [
  { time: '1', type: 'call.queued', legId: null, detail: '' },
  { time: '2', type: 'leg.trying', legId: 'l', detail: '' },
  {
    time: '3',
    type: 'leg.early',
    legId: 'l',
    detail: 'The callee 2001 at 127.0.0.1:5070/ws is early with 180',
  },
  { time: '4', type: 'leg.confirmed', legId: 'l', detail: 'It is so with 200' },
  { time: '5', type: 'speech.started', legId: null, detail: 'built-in' },
  { time: '6', type: 'leg.terminated', legId: 'l', detail: 'It is so with 200' },
  { time: '7', type: 'leg.terminated', legId: 'm', detail: 'It is terminated with 486' },
];

it('shows the states of a leg with the status that brought each', () => {
  const words = stepsOf(leg, events).map(({ state, sipStatus }) =>
    sipStatus ? `${state} (${sipStatus})` : state,
  );
  expect(words).toEqual(['trying', 'early (180)', 'confirmed (200)', 'terminated']);
  expect(stepsOf(busy, events)).toMatchObject([{ state: 'terminated', sipStatus: '486', tone: 'failed' }]);
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
