import { describe, expect, it } from 'vitest';
import { refuseCall, startCall, step } from '../src/call/call-machine.ts';
import type { CallEffect, CallInput, CallState } from '../src/call/call-state.ts';
import { formatReason } from '../src/call/reason-header.ts';

/** Runs a call through its inputs; `effects` of the last one, `all` of every one. */
function run(groups: string[][], ...inputs: CallInput[]) {
  let { state, effects } = startCall(groups);
  const all = [...effects];
  let nowMs = 1000;
  for (const input of inputs) {
    ({ state, effects } = step(state, input, nowMs));
    all.push(...effects);
    nowMs += 1000;
  }
  return { state, effects, all };
}

const kinds = (effects: readonly CallEffect[]) =>
  effects.map((effect) => ('leg' in effect ? `${effect.kind} ${effect.leg}` : effect.kind));
const endOf = (state: CallState) => state.end && [state.end.by, state.end.sipStatus, state.end.q850Cause];

const rings = (leg: string): CallInput => ({ kind: 'leg-progress', leg, sipStatus: 180 });
const answers = (leg: string): CallInput => ({ kind: 'leg-answered', leg });
const fails = (leg: string, sipStatus: number): CallInput => ({ kind: 'leg-failed', leg, sipStatus });
const connected: CallInput = { kind: 'caller-connected' };
const cancel: CallInput = { kind: 'caller-canceled' };
const bye = (leg: string, reason?: string): CallInput => ({ kind: 'bye', leg, ...(reason && { reason }) });

describe('the machine of a call', () => {
  it('invites all of the first group and waits for an answer', () => {
    const { all } = run([['a', 'b'], ['c']]);
    expect(all).toEqual([
      { kind: 'start-timer', timer: 'no-answer', afterMs: 30_000 },
      { kind: 'invite', legs: ['a', 'b'] },
    ]);
  });

  it('rings the caller once, whoever rings', () => {
    const { all, state } = run([['a', 'b']], rings('a'), rings('b'), rings('a'));
    expect(kinds(all).filter((kind) => kind === 'ring-caller')).toHaveLength(1);
    expect(kinds(all)).toContain('leg-changed b');
    expect(state.phase).toBe('ringing');
  });

  it('lets the first 200 win and tells the others so', () => {
    const { effects, state } = run([['a', 'b', 'c']], rings('a'), answers('b'));
    expect(effects).toContainEqual({ kind: 'answer-caller', leg: 'b' });
    const reason = 'SIP;cause=200;text="Call completed elsewhere"';
    expect(effects).toContainEqual({ kind: 'cancel', leg: 'a', reason });
    expect(effects).toContainEqual({ kind: 'cancel', leg: 'c', reason });
    expect(effects).toContainEqual({ kind: 'stop-timer', timer: 'no-answer' });
    expect(state).toMatchObject({ phase: 'answering', winner: 'b' });
  });

  it('hangs up on a second phone whose 200 crossed its CANCEL', () => {
    const { effects } = run([['a', 'b']], answers('a'), answers('b'));
    expect(kinds(effects)).toEqual(['bye b', 'leg-changed b']);
    const late = run([['a', 'b']], answers('a'), connected, bye('caller'), fails('b', 487), answers('b'));
    expect(late.state.phase).toBe('ended');
    expect(kinds(late.effects)).toEqual(['bye b']);
  });

  it.each([
    ['caller', 'a', 'caller'],
    ['a', 'caller', 'callee'],
  ])('ends by BYE from %s, which %s is told', (from, told, by) => {
    const up = run([['a']], rings('a'), answers('a'), connected);
    expect(up.state.phase).toBe('answered');
    const { state, effects } = step(up.state, bye(from, 'Q.850;cause=31'), 9000);
    expect(effects).toContainEqual({ kind: 'bye', leg: told, reason: 'Q.850;cause=31' });
    expect(kinds(effects)).toEqual([
      `bye ${told}`,
      'release-media',
      'leg-changed caller',
      'leg-changed a',
      'stop-timer',
      'ended',
    ]);
    expect(endOf(state)).toEqual([by, 200, 31]);
    expect(state).toMatchObject({ phase: 'ended', endedAtMs: 9000 });
  });

  it('waits for the losers of a fork before a short call is on record', () => {
    const { state, effects } = run([['a', 'b']], answers('a'), connected, bye('caller'));
    expect(state.phase).toBe('ending');
    expect(effects).toContainEqual({ kind: 'start-timer', timer: 'settled', afterMs: 1000 });
    expect(kinds(effects)).not.toContain('ended');
    const settled = step(state, fails('b', 487), 9000);
    expect(kinds(settled.effects)).toEqual(['leg-changed b', 'stop-timer', 'ended']);
    const silent = step(state, { kind: 'settled' }, 9000);
    expect(kinds(silent.effects)).toEqual(['leg-changed b', 'ended']);
    expect(silent.state.legs.every((leg) => leg.state === 'terminated')).toBe(true);
  });

  it('cancels everything when the caller gives up, and sends it nothing', () => {
    const { state, effects } = run([['a', 'b'], ['c']], rings('a'), cancel);
    expect(kinds(effects)).toEqual([
      'cancel a',
      'cancel b',
      'release-media',
      'leg-changed caller',
      'stop-timer',
      'start-timer',
    ]);
    expect(endOf(state)).toEqual(['caller', 487, 16]);
    expect(step(state, fails('a', 487), 1).state.waiting).toEqual([]);
  });

  it('hangs up on the winner when the caller gives up before its 200 is out', () => {
    const { state, effects } = run([['a']], answers('a'), cancel);
    expect(kinds(effects)).toContain('bye a');
    expect(endOf(state)).toEqual(['caller', 487, 16]);
    expect(kinds(step(state, connected, 1).effects)).toEqual(['bye caller']);
  });

  it('rejects the caller when the winner hangs up before the caller’s 200 is out', () => {
    const { state, effects } = run([['a']], answers('a'), bye('a'));
    expect(kinds(effects)).toContain('reject-caller');
    expect(kinds(effects)).not.toContain('bye a');
    expect(endOf(state)).toEqual(['callee', 480, 16]);
  });

  it.each([
    ['busy', [486], [486, 17]],
    ['the most telling of several', [500, 480, 486], [486, 17]],
    ['declined by one for all', [480, 603], [603, 21]],
    ['a server error only when all have one', [500, 503], [500, 41]],
    ['not a phone’s challenge', [401], [480, 18]],
    ['not a phone’s redirection', [302], [480, 18]],
    ['not found', [404], [404, 1]],
  ])('passes on %s', (_what, statuses, expected) => {
    const legs = statuses.map((_, index) => `leg${index}`);
    const { state } = run([legs], ...statuses.map((status, index) => fails(`leg${index}`, status)));
    expect(endOf(state)).toEqual(['callee', ...expected]);
    expect(state.phase).toBe('ended');
  });

  it('lets a 6xx end the ringing of the others', () => {
    const { state, effects } = run([['a', 'b'], ['c']], rings('b'), fails('a', 603));
    expect(kinds(effects)).toContain('cancel b');
    expect(endOf(state)).toEqual(['callee', 603, 21]);
  });

  it('tries the next group when one has failed', () => {
    const second = run([['a'], ['b']], fails('a', 503));
    expect(second.effects).toContainEqual({ kind: 'invite', legs: ['b'] });
    const { state } = run([['a'], ['b']], fails('a', 503), answers('b'), connected);
    expect(state).toMatchObject({ phase: 'answered', winner: 'b' });
  });

  it('gives up on phones that ring and on phones that do not', () => {
    const rang = run([['a']], rings('a'), { kind: 'no-answer' });
    expect(endOf(rang.state)).toEqual(['network', 480, 19]);
    expect(kinds(rang.effects)).toEqual(expect.arrayContaining(['reject-caller', 'cancel a']));
    const silent = run([['a']], { kind: 'no-answer' });
    expect(endOf(silent.state)).toEqual(['network', 408, 18]);
  });

  it.each([
    ['hung-up-over-api', [487, 200]],
    ['shutdown', [503, 200]],
    ['media-failed', [503, 503]],
    ['media-lost', [503, 503]],
    ['media-timeout', [408, 200]],
    ['media-path-failed', [503, 503]],
    ['signalling-lost', [503, 503]],
    ['caller-vanished', [487, 200]],
    ['callee-vanished', [480, 200]],
    ['internal-error', [500, 500]],
  ] as const)('ends at any time for %s', (cause, [before, after]) => {
    const abort: CallInput = { kind: 'abort', cause };
    for (const inputs of [[], [rings('a')], [answers('a')]] as CallInput[][]) {
      const { state, effects } = run([['a']], ...inputs, abort);
      expect(state.end).toMatchObject({ by: 'network', sipStatus: before });
      expect(kinds(effects)).toContain('reject-caller');
      const answered = inputs.some(({ kind }) => kind === 'leg-answered');
      expect(kinds(effects)).toContain(answered ? 'bye a' : 'cancel a');
    }
    const up = run([['a']], answers('a'), connected, abort);
    expect(up.state.end).toMatchObject({ by: 'network', sipStatus: after });
    expect(kinds(up.effects)).toEqual(expect.arrayContaining(['bye a', 'bye caller', 'release-media']));
    const { q850Cause = 0, sentence = '' } = up.state.end ?? {};
    const reason = formatReason({ protocol: 'Q.850', cause: q850Cause, text: sentence });
    for (const leg of ['a', 'caller']) expect(up.effects).toContainEqual({ kind: 'bye', leg, reason });
  });

  it('refuses a call without ever dialling', () => {
    const end = { by: 'network' as const, sipStatus: 404, q850Cause: 1, sentence: 'Nobody' };
    const { state, effects } = refuseCall(end, 5000);
    expect(kinds(effects)).toEqual([
      'reject-caller',
      'release-media',
      'leg-changed caller',
      'stop-timer',
      'ended',
    ]);
    expect(state).toMatchObject({ phase: 'ended', endedAtMs: 5000 });
  });

  it('says once only that it has ended, whatever comes late', () => {
    const late: CallInput[] = [
      bye('caller'),
      cancel,
      rings('b'),
      { kind: 'no-answer' },
      { kind: 'settled' },
      { kind: 'abort', cause: 'shutdown' },
      fails('b', 487),
    ];
    const { all, state } = run([['a', 'b']], answers('a'), connected, bye('a'), ...late, ...late.slice(0, 4));
    expect(kinds(all).filter((kind) => kind === 'ended')).toHaveLength(1);
    expect(endOf(state)).toEqual(['callee', 200, 16]);
  });

  it('throws on what cannot be', () => {
    expect(() => run([['a']], connected)).toThrow('dialing');
    expect(() => run([['a']], bye('caller'))).toThrow('dialing');
    expect(() => run([['a']], answers('a'), { kind: 'settled' })).toThrow('answering');
  });
});
