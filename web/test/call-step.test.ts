import { describe, expect, it } from 'vitest';
import type { CallState } from '../src/phone/call-state.ts';
import { type CallEffect, type CallInput, step } from '../src/phone/call-step.ts';
import type { LineEnd } from '../src/phone/end-words.ts';

const IDLE: CallState = { kind: 'idle' };
const ALICE = { number: '1001', displayName: 'Alice' };
const REFUSED = { sentence: 'No microphone.', remedy: null };
const BYE: LineEnd = {
  by: 'remote',
  sipStatus: null,
  reasonPhrase: '',
  fault: null,
  answeredElsewhere: false,
};

/** Feeds one input after the other, a second apart, and gives what came of them. */
function play(...inputs: CallInput[]): { state: CallState; effects: CallEffect[] } {
  let state = IDLE;
  const effects: CallEffect[] = [];
  inputs.forEach((input, at) => {
    const next = step(state, input, (at + 1) * 1000);
    state = next.state;
    effects.push(...next.effects);
  });
  return { state, effects };
}

const INCOMING: CallInput = { kind: 'line-incoming', peer: ALICE };
const ANSWER: CallInput = { kind: 'answer', sound: 'microphone', automatic: false };
const DIAL: CallInput = { kind: 'dial', target: '9196' };
const READY: CallInput = { kind: 'microphone-ready' };
const ACCEPTED: CallInput = { kind: 'line-accepted' };

describe('a call that comes in', () => {
  it('asks for the microphone, then answers, then is up until the other side hangs up', () => {
    const talking = play(INCOMING, ANSWER, READY, ACCEPTED);
    expect(talking.effects).toEqual([{ kind: 'ask-microphone' }, { kind: 'accept', sound: 'microphone' }]);
    expect(talking.state).toMatchObject({
      kind: 'active',
      peer: ALICE,
      direction: 'incoming',
      answeredAtMs: 4000,
    });

    const over = play(INCOMING, ANSWER, READY, ACCEPTED, { kind: 'line-ended', end: BYE });
    expect(over.state).toMatchObject({
      kind: 'ended',
      sentence: 'Alice hung up.',
      failed: false,
      durationMs: 1000,
    });
    expect(over.effects).toContainEqual({ kind: 'release-sound' });
  });

  it('rings on when the microphone is refused, and can be heard without one', () => {
    const refused = play(INCOMING, ANSWER, { kind: 'microphone-refused', trouble: REFUSED });
    expect(refused.state).toMatchObject({ kind: 'incoming', refusal: REFUSED });

    const listens = play(
      INCOMING,
      ANSWER,
      { kind: 'microphone-refused', trouble: REFUSED },
      { kind: 'listen-only' },
      ACCEPTED,
    );
    expect(listens.effects).toContainEqual({
      kind: 'accept',
      sound: 'silence',
      warning: REFUSED.sentence,
    });
    expect(listens.state).toMatchObject({ kind: 'active', sound: 'silence' });

    const declines = play(
      INCOMING,
      ANSWER,
      { kind: 'microphone-refused', trouble: REFUSED },
      { kind: 'reject', as: 'decline' },
    );
    expect(declines.effects).toContainEqual({ kind: 'refuse', sipStatus: 603, warning: REFUSED.sentence });
  });

  it('is answered without a microphone when it answers by itself', () => {
    const { state, effects } = play(
      INCOMING,
      { ...ANSWER, automatic: true },
      { kind: 'microphone-refused', trouble: REFUSED },
    );
    expect(effects.at(-1)).toEqual({ kind: 'accept', sound: 'silence', warning: REFUSED.sentence });
    expect(state).toMatchObject({ kind: 'answering', sound: 'silence' });
  });

  it('is declined with 603, and says that it was this user', () => {
    const declined = play(
      INCOMING,
      { kind: 'reject', as: 'decline' },
      { kind: 'line-ended', end: { ...BYE, by: 'local' } },
    );
    expect(declined.effects).toContainEqual({ kind: 'refuse', sipStatus: 603 });
    expect(declined.state).toMatchObject({ kind: 'ended', sentence: 'You rejected the call of Alice.' });
  });

  it('says whether the caller gave up or another phone took the call', () => {
    expect(play(INCOMING, { kind: 'line-ended', end: BYE }).state).toMatchObject({
      sentence: 'Alice gave up before you answered.',
    });
    expect(
      play(INCOMING, { kind: 'line-ended', end: { ...BYE, answeredElsewhere: true } }).state,
    ).toMatchObject({
      sentence: 'Another phone took the call.',
    });
  });

  it('is told that this phone is busy with 486, which leaves the other phones of the number ringing', () => {
    const busy = play(INCOMING, { kind: 'reject', as: 'busy' });
    expect(busy.effects).toEqual([{ kind: 'refuse', sipStatus: 486 }]);
  });
});

describe('a call that goes out', () => {
  it('is placed when the microphone is there, rings, and is up', () => {
    const { state, effects } = play(DIAL, READY, { kind: 'line-ringing' });
    expect(effects).toEqual([
      { kind: 'ask-microphone' },
      { kind: 'place', target: '9196', sound: 'microphone' },
    ]);
    expect(state).toMatchObject({ kind: 'dialing', stage: 'ringing' });
  });

  it('can be given up while the browser still asks for the microphone', () => {
    expect(play(DIAL, { kind: 'hang-up' }).state).toEqual(IDLE);
    // The answer that comes afterwards must not leave the microphone on.
    expect(play(DIAL, { kind: 'hang-up' }, READY).effects.at(-1)).toEqual({ kind: 'release-sound' });
  });

  it.each([
    [486, '9196 is busy.', true],
    [404, 'Nobody has the number 9196.', false],
    [480, '9196 cannot be reached.', false],
    [499, 'The call failed: 499 Odd.', false],
  ])('that ends with %i says so', (sipStatus, sentence, busy) => {
    const end: LineEnd = { ...BYE, sipStatus, reasonPhrase: 'Odd' };
    const { state } = play(DIAL, READY, { kind: 'line-ended', end });
    expect(state).toMatchObject({ kind: 'ended', sentence, failed: true, busy, durationMs: null });
  });

  it('can only be heard when the user chooses so after a refusal', () => {
    const refused = play(DIAL, { kind: 'microphone-refused', trouble: REFUSED });
    expect(refused.state).toMatchObject({ kind: 'dialing', stage: 'refused' });
    expect(refused.effects).toEqual([{ kind: 'ask-microphone' }]);
    const listens = play(DIAL, { kind: 'microphone-refused', trouble: REFUSED }, { kind: 'listen-only' });
    expect(listens.effects.at(-1)).toEqual({ kind: 'place', target: '9196', sound: 'silence' });
  });
});

describe('a call that is up', () => {
  const up: CallInput[] = [DIAL, READY, ACCEPTED];

  it('keeps the digits that were sent, and is muted and unmuted', () => {
    const { state, effects } = play(
      ...up,
      { kind: 'tone', tone: '4' },
      { kind: 'tone', tone: '2' },
      { kind: 'mute', on: true },
    );
    expect(state).toMatchObject({ tones: '42', muted: true });
    expect(effects.slice(-3)).toEqual([
      { kind: 'send-tone', tone: '4' },
      { kind: 'send-tone', tone: '2' },
      { kind: 'mute', on: true },
    ]);
  });

  it('names what broke', () => {
    const { state } = play(...up, { kind: 'line-ended', end: { ...BYE, by: 'system', fault: 'no-media' } });
    expect(state).toMatchObject({ failed: true, sentence: 'No sound got through: ICE found no path.' });
  });
});

describe('hold', () => {
  const up: CallInput[] = [DIAL, READY, ACCEPTED];
  const HOLD: CallInput = { kind: 'hold', on: true };
  const RESUME: CallInput = { kind: 'hold', on: false };
  const agreed = (on: boolean, by: 'us' | 'them' = 'us'): CallInput => ({ kind: 'line-held', by, on });
  const wishes = (...inputs: CallInput[]) =>
    play(...up, ...inputs).effects.flatMap((effect) => (effect.kind === 'hold' ? [effect.on] : []));
  const holdOf = (...inputs: CallInput[]) => {
    const { state } = play(...up, ...inputs);
    return state.kind === 'active' ? state.hold : null;
  };

  it('is ours once the other side has agreed, and ends with resume', () => {
    expect(holdOf(HOLD)).toEqual({ wanted: true, asking: true, us: false, them: false });
    expect(holdOf(HOLD, agreed(true))).toEqual({ wanted: true, asking: false, us: true, them: false });
    expect(holdOf(HOLD, agreed(true), RESUME, agreed(false))).toMatchObject({ wanted: false, us: false });
    expect(wishes(HOLD, agreed(true), RESUME, agreed(false))).toEqual([true, false]);
  });

  it('asks one thing at a time: a click while a re-INVITE is open waits for its answer', () => {
    expect(wishes(HOLD, RESUME)).toEqual([true]);
    expect(wishes(HOLD, RESUME, agreed(true))).toEqual([true, false]);
    expect(wishes(HOLD, RESUME, HOLD, agreed(true))).toEqual([true]);
  });

  it('can be theirs, ours or of both', () => {
    expect(holdOf(agreed(true, 'them'))).toMatchObject({ us: false, them: true });
    expect(holdOf(agreed(true, 'them'), HOLD, agreed(true))).toMatchObject({ us: true, them: true });
    expect(holdOf(agreed(true, 'them'), HOLD, agreed(true), agreed(false, 'them'))).toMatchObject({
      us: true,
      them: false,
    });
  });

  it('sends no keys to somebody who is on hold', () => {
    const { state, effects } = play(...up, HOLD, { kind: 'tone', tone: '5' });
    expect(state).toMatchObject({ tones: '' });
    expect(effects.map(({ kind }) => kind)).not.toContain('send-tone');
  });
});

it('ignores clicks that come too late', () => {
  for (const kind of ['hang-up', 'dismiss', 'listen-only'] as const) {
    expect(step(IDLE, { kind }, 0)).toEqual({ state: IDLE, effects: [] });
  }
  expect(step(IDLE, { kind: 'reject', as: 'busy' }, 0)).toEqual({ state: IDLE, effects: [] });
  expect(step(IDLE, { kind: 'hold', on: true }, 0)).toEqual({ state: IDLE, effects: [] });
  expect(step(IDLE, ANSWER, 0)).toEqual({ state: IDLE, effects: [] });
});
