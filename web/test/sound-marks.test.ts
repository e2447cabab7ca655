import type { CallDetail, Leg } from '@ringback/contracts';
import { expect, it } from 'vitest';
import { soundMarks } from '../src/sound/sound-marks.ts';

const BEGAN = Date.UTC(2026, 2, 1, 10);
const at = (second: number) => new Date(BEGAN + second * 1000).toISOString();
const leg = (id: string, role: Leg['role'], kind: Leg['kind']) => ({ id, role, kind }) as Leg;
const event = (type: string, second: number, more: object = {}) => ({
  ...{ type, time: at(second), legId: null, sipStatus: null, detail: '' },
  ...more,
});

it('keys and words stand where they are in the recording, in the channel of whose they are', () => {
  const call: Pick<CallDetail, 'legs' | 'events' | 'text' | 'answeredAt'> = {
    legs: [leg('v', 'caller', 'voice'), leg('p', 'callee', 'phone')],
    text: 'Hello.',
    answeredAt: at(2),
    events: [
      event('speech.first-audio', 1),
      event('dtmf.received', 1.5, { legId: 'p', digit: '1' }),
      event('speech.finished', 6),
      event('dtmf.received', 7.25, { legId: 'p', digit: '#' }),
      event('dtmf.received', 8, { legId: 'unknown', digit: '3' }),
    ],
  };
  expect(soundMarks(call, at(2))).toEqual([
    { kind: 'speech', role: 'caller', text: 'Hello.', fromSec: 0, toSec: 4, timeUs: (BEGAN + 2000) * 1000 },
    // What was pressed before the recording began is not in it.
    { kind: 'key', role: 'callee', text: '#', fromSec: 5.25, toSec: null, timeUs: (BEGAN + 7250) * 1000 },
  ]);
  expect(soundMarks({ ...call, answeredAt: null, events: [] }, at(2))).toEqual([]);
});
