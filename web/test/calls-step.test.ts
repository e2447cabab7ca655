import { describe, expect, it } from 'vitest';
import type { CallInput } from '../src/phone/call-step.ts';
import { type CallsState, isWaiting, MOST_CALLS, otherCalls, shownCall } from '../src/phone/calls-state.ts';
import { type CallsEffect, type CallsInput, stepCalls } from '../src/phone/calls-step.ts';
import { titleOf, toneOf } from '../src/phone/tone-of-call.ts';

const ALICE = { number: '1001', displayName: 'Alice' };
const BOB = { number: '1002', displayName: 'Bob' };
const BYE = {
  by: 'remote',
  sipStatus: null,
  reasonPhrase: '',
  fault: null,
  answeredElsewhere: false,
} as const;

const incoming = (id: string, peer = ALICE): CallsInput => ({ kind: 'line-incoming', id, peer });
const dial = (id: string): CallsInput => ({ kind: 'dial', id, target: '9196' });
const to = (id: string, input: CallInput): CallsInput => ({ kind: 'to-call', id, input });
const answer = (id: string) => to(id, { kind: 'answer', sound: 'microphone', automatic: false });
const up = (id: string) => [to(id, { kind: 'microphone-ready' }), to(id, { kind: 'line-accepted' })];
const held = (id: string, on = true) => to(id, { kind: 'line-held', by: 'us', on });
const over = (id: string) => to(id, { kind: 'line-ended', end: BYE });

/** Two calls: Alice, who is talked to, and Bob, who waits. */
const WAITING = [incoming('a'), answer('a'), ...up('a'), incoming('b', BOB)];

function play(...inputs: CallsInput[]): { state: CallsState; effects: CallsEffect[] } {
  let state: CallsState = [];
  const effects: CallsEffect[] = [];
  inputs.forEach((input, at) => {
    const next = stepCalls(state, input, at * 1000);
    state = next.state;
    effects.push(...next.effects);
  });
  return { state, effects };
}

const holds = (effects: readonly CallsEffect[]) =>
  effects.flatMap(({ id, effect }) =>
    effect.kind === 'hold' ? [`${effect.on ? 'hold' : 'resume'} ${id}`] : [],
  );

describe('call waiting', () => {
  it('beeps softly and leaves the conversation alone', () => {
    const { state, effects } = play(...WAITING);
    expect(isWaiting(state)).toBe(true);
    expect(toneOf(state)).toBe('call-waiting');
    expect(titleOf(state)).toBe('☎ Bob is calling');
    expect(shownCall(state)?.id).toBe('a');
    expect(otherCalls(state).map(({ id }) => id)).toEqual(['b']);
    expect(holds(effects)).toEqual([]);
  });

  it('rings as ever when nobody is talked to', () => {
    const { state } = play(...WAITING, over('a'));
    expect(toneOf(state)).toBe('ring');
    expect(shownCall(state)?.id).toBe('b');
    const allHeld = play(...WAITING, to('a', { kind: 'hold', on: true }), held('a'));
    expect(toneOf(allHeld.state)).toBe('ring');
  });

  it('holds the one that is talked to when the other is answered', () => {
    const { state, effects } = play(...WAITING, answer('b'), held('a'), ...up('b'));
    expect(holds(effects)).toEqual(['hold a']);
    expect(shownCall(state)?.id).toBe('b');
    expect(otherCalls(state)).toMatchObject([{ id: 'a', call: { kind: 'active', hold: { us: true } } }]);
    expect(toneOf(state)).toBeNull();
  });

  it('can be refused, which changes nothing for the first call', () => {
    const { state, effects } = play(...WAITING, to('b', { kind: 'reject', as: 'busy' }), over('b'));
    expect(effects).toContainEqual({ id: 'b', effect: { kind: 'refuse', sipStatus: 486 } });
    expect(holds(effects)).toEqual([]);
    expect(shownCall(state)?.id).toBe('a');
  });

  it('ends where nobody keeps track of the calls any more', () => {
    const many = Array.from({ length: MOST_CALLS }, (_, at) => incoming(`call ${at}`));
    const { state, effects } = play(...many, incoming('one more'));
    expect(state).toHaveLength(MOST_CALLS);
    expect(effects).toEqual([{ id: 'one more', effect: { kind: 'refuse', sipStatus: 486 } }]);
  });
});

describe('swap', () => {
  const both = [...WAITING, answer('b'), held('a'), ...up('b')];

  it('holds the one and resumes the other, as often as wanted', () => {
    const { state, effects } = play(
      ...both,
      to('a', { kind: 'hold', on: false }),
      held('b'),
      held('a', false),
      to('b', { kind: 'hold', on: false }),
    );
    expect(holds(effects)).toEqual(['hold a', 'hold b', 'resume a', 'hold a', 'resume b']);
    expect(state.filter(({ call }) => call.kind === 'active' && !call.hold.wanted)).toHaveLength(1);
    expect(shownCall(state)?.id).toBe('b');
  });

  it('leaves the held one on hold when the other hangs up: nobody is spoken to by surprise', () => {
    const { state, effects } = play(...both, over('b'));
    expect(holds(effects)).toEqual(['hold a']);
    expect(shownCall(state)).toMatchObject({ id: 'a', call: { kind: 'active', hold: { us: true } } });
  });
});

describe('a second call that goes out', () => {
  it('holds the first', () => {
    const { state, effects } = play(incoming('a'), answer('a'), ...up('a'), dial('out'));
    expect(holds(effects)).toEqual(['hold a']);
    expect(shownCall(state)?.id).toBe('out');
  });

  it('waits for nobody: while one is being called, there is no other', () => {
    expect(play(dial('one'), dial('two')).state.map(({ id }) => id)).toEqual(['one']);
  });

  it('comes second when somebody else was answered while it rang', () => {
    const { state, effects } = play(
      dial('out'),
      to('out', { kind: 'microphone-ready' }),
      incoming('b', BOB),
      answer('b'),
      ...up('b'),
      to('out', { kind: 'line-accepted' }),
    );
    expect(holds(effects)).toEqual(['hold out']);
    expect(shownCall(state)?.id).toBe('b');
  });
});

it('forgets a call that has ended when it is dismissed, and what comes later of it', () => {
  const { state } = play(incoming('a'), over('a'));
  expect(state).toMatchObject([{ id: 'a', call: { kind: 'ended' } }]);
  expect(stepCalls(state, to('a', { kind: 'dismiss' }), 0).state).toEqual([]);
  expect(stepCalls([], to('a', { kind: 'hold', on: true }), 0)).toEqual({ state: [], effects: [] });
});

it('closes a microphone that was allowed after its call had gone', () => {
  expect(play(to('gone', { kind: 'microphone-ready' })).effects).toEqual([
    { id: 'gone', effect: { kind: 'release-sound' } },
  ]);
});

it('plays ring-back, busy and congestion for calls that go out', () => {
  const calling = [dial('out'), to('out', { kind: 'microphone-ready' })];
  expect(toneOf(play(...calling).state)).toBeNull();
  expect(toneOf(play(...calling, to('out', { kind: 'line-ringing' })).state)).toBe('ring-back');
  const ended = (sipStatus: number) =>
    toneOf(play(...calling, to('out', { kind: 'line-ended', end: { ...BYE, sipStatus } })).state);
  expect(ended(486)).toBe('busy');
  expect(ended(404)).toBe('congestion');
});
