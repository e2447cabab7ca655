import { expect, it } from 'vitest';
import { type LineInput, type LineState, type LineStep, stepLine } from '../src/phone/line-state.ts';
import { renewalDelayMs } from '../src/phone/renewal.ts';

const CLAIMED: LineInput = { kind: 'claimed', number: '2001', displayName: 'Browser 2001' };
const REGISTERED: LineInput = { kind: 'registered', expiresSec: 120 };
const NOW_MS = 1_000_000;
const RENEWAL = { kind: 'register', afterMs: 60_000 };

function play(...inputs: LineInput[]): LineStep {
  return inputs.reduce<LineStep>((before, input) => stepLine(before.state, input, NOW_MS), {
    state: { kind: 'claiming' },
    effects: [],
  });
}

const UP: LineState = {
  kind: 'registered',
  number: '2001',
  displayName: 'Browser 2001',
  renewsAtMs: NOW_MS + 60_000,
};

it('claims a number, connects and registers', () => {
  expect(play(CLAIMED).state).toMatchObject({ kind: 'connecting', number: '2001', attempt: 0 });
  expect(play(CLAIMED, REGISTERED).state).toEqual(UP);
});

it('registers anew at half of the time it was given', () => {
  expect(play(CLAIMED, REGISTERED).effects).toEqual([RENEWAL]);
  expect(play(CLAIMED, { kind: 'registered', expiresSec: 30 }).effects).toEqual([
    { kind: 'register', afterMs: 15_000 },
  ]);
});

it('renews its credentials without the user noticing', () => {
  expect(play(CLAIMED, REGISTERED, CLAIMED).state).toEqual(UP);
  const trouble = { sentence: 'No answer', remedy: null };
  const failed = play(CLAIMED, REGISTERED, { kind: 'claim-failed', trouble, retrying: true });
  expect(failed.state).toEqual(UP);
  expect(failed.effects).toEqual([{ kind: 'claim', afterMs: 4000 }]);
});

it('is patient with a restart, then calls the connection lost, and comes back', () => {
  const lost: LineInput = { kind: 'disconnected' };
  expect(play(CLAIMED, REGISTERED, lost, lost, lost).state).toMatchObject({ kind: 'connecting', attempt: 3 });
  const gone = play(CLAIMED, REGISTERED, lost, lost, lost, lost);
  expect(gone.state).toMatchObject({
    kind: 'failed',
    trouble: { sentence: 'The connection to Ringback is lost.' },
  });
  expect(stepLine(gone.state, REGISTERED, NOW_MS).state).toEqual(UP);
});

it('asks for new credentials when a restarted server does not know the old ones', () => {
  const refused = play(CLAIMED, REGISTERED, { kind: 'disconnected' }, { kind: 'refused', sipStatus: 401 });
  expect(refused.effects).toEqual([{ kind: 'claim', afterMs: 1000 }]);
  expect(refused.state).toMatchObject({ kind: 'failed', retrying: true });
  expect(stepLine(refused.state, CLAIMED, NOW_MS).state).toMatchObject({ kind: 'connecting' });
});

it('registers again when the server could not take it', () => {
  expect(play(CLAIMED, { kind: 'refused', sipStatus: 503 }).effects).toEqual([
    { kind: 'register', afterMs: 4000 },
  ]);
  // No response at all: the connection tells, and if it stands, the server is asked again.
  expect(play(CLAIMED, { kind: 'refused', sipStatus: null })).toMatchObject({
    state: { kind: 'connecting' },
    effects: [{ kind: 'register', afterMs: 4000 }],
  });
});

it('renews at four fifths of the life, at once when it is over, and at least daily', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(renewalDelayMs('2026-01-01T01:00:00Z', now)).toBe(48 * 60_000);
  expect(renewalDelayMs('2025-12-31T00:00:00Z', now)).toBe(5_000);
  expect(renewalDelayMs('2027-01-01T00:00:00Z', now)).toBe(24 * 3_600_000);
});
