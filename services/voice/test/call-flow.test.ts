import { describe, expect, test } from 'vitest';
import { type CallInput, type CallState, stepCall } from '../src/call/call-flow.ts';

/** All effects of a story, an end told by its status and who ended it. */
function play(...inputs: CallInput[]) {
  let state: CallState = 'preparing';
  const effects: string[] = [];
  for (const input of inputs) {
    const step = stepCall(state, input);
    state = step.state;
    for (const effect of step.effects)
      effects.push(typeof effect === 'string' ? effect : `fail ${effect.end.sipStatus} ${effect.end.by}`);
  }
  return { state, effects };
}

const failed: CallInput = { kind: 'speech-failed', problem: 'no sound' };
const rejected = (sipStatus: number, local = false): CallInput => ({ kind: 'rejected', sipStatus, local });

describe('a call that speaks', () => {
  test('calls, speaks, and hangs up when all is said', () => {
    expect(play({ kind: 'ready' }, { kind: 'answered' }, { kind: 'drained' })).toEqual({
      state: 'over',
      effects: ['invite', 'speak', 'hang-up', 'release'],
    });
  });

  test('no speech before the INVITE: the call fails and nobody is called', () => {
    expect(play(failed, { kind: 'ready' }).effects).toEqual(['fail 500 network', 'release']);
  });

  test('no speech while it rings: it is given up, the B2BUA records it', () => {
    expect(play({ kind: 'ready' }, failed).effects).toEqual(['invite', 'hang-up', 'release']);
  });

  test('hung up before the INVITE: canceled by the caller', () => {
    expect(play({ kind: 'hang-up' }, { kind: 'ready' }).effects).toEqual(['fail 487 caller', 'release']);
  });

  test('hung up while it rings: CANCEL once, whatever comes later', () => {
    const story = play({ kind: 'ready' }, { kind: 'hang-up' }, { kind: 'hang-up' }, rejected(487), {
      kind: 'answered',
    });
    expect(story.effects).toEqual(['invite', 'hang-up', 'release']);
  });

  test('hung up on the bus while it speaks: the B2BUA does that', () => {
    expect(play({ kind: 'ready' }, { kind: 'answered' }, { kind: 'hang-up' })).toEqual({
      state: 'speaking',
      effects: ['invite', 'speak'],
    });
  });

  test.each([486, 404, 480, 603, 500])('%i from the network was recorded by the B2BUA', (sipStatus) => {
    expect(play({ kind: 'ready' }, rejected(sipStatus)).effects).toEqual(['invite', 'release']);
  });

  test.each([
    [rejected(408, true), 'fail 408 network'],
    [rejected(503, true), 'fail 503 network'],
    [rejected(401), 'fail 401 network'],
    [rejected(407), 'fail 407 network'],
    [rejected(503), 'fail 503 network'],
  ])('the B2BUA never had it: %o', (input, failure) => {
    expect(play({ kind: 'ready' }, input).effects).toEqual(['invite', failure, 'release']);
  });

  test('a connection lost while it rings ends the call here and asks others to end it', () => {
    expect(play({ kind: 'ready' }, { kind: 'connection-lost' }).effects).toEqual([
      'invite',
      'fail 503 network',
      'ask-hang-up',
      'release',
    ]);
  });

  test('a connection lost while it speaks does not stop the sound', () => {
    expect(
      play({ kind: 'ready' }, { kind: 'answered' }, { kind: 'connection-lost' }, { kind: 'drained' }).effects,
    ).toEqual(['invite', 'speak', 'hang-up', 'release']);
  });

  test('the other side hangs up: everything is given back, nothing is sent', () => {
    expect(
      play({ kind: 'ready' }, { kind: 'answered' }, { kind: 'ended' }, { kind: 'drained' }).effects,
    ).toEqual(['invite', 'speak', 'release']);
  });

  test.each<[CallInput[], string]>([
    [[], 'fail 503 network'],
    [[{ kind: 'ready' }], 'hang-up'],
    [[{ kind: 'ready' }, { kind: 'answered' }], 'hang-up'],
  ])('stopped after %o', (before, effect) => {
    expect(play(...before, { kind: 'stop' }).effects.slice(-2)).toEqual([effect, 'release']);
  });
});
