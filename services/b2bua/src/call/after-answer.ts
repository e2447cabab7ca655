import type { CallEnd } from '@ringback/contracts';
import { abortEnd, serverEnd } from './call-end.ts';
import { byeEffect, finish, legTerminated, settleWhenQuiet } from './call-ending.ts';
import { type CallInput, type CallState, type CallStep, ignore, withLeg } from './call-state.ts';
import { formatReason, passedReason, q850CauseIn } from './reason-header.ts';

// What a call does with its inputs from the answer on.

export function connected(state: CallState): CallStep {
  return {
    state: { ...state, phase: 'answered' },
    effects: [
      { kind: 'leg-changed', leg: 'caller', state: 'confirmed', sipStatus: 200 },
      { kind: 'answered' },
    ],
  };
}

/** The phone picked up and hung up before the caller's 200 was out. */
export function byeBeforeConnected(
  state: CallState,
  { leg, reason }: Extract<CallInput, { kind: 'bye' }>,
  nowMs: number,
): CallStep {
  if (leg !== state.winner) return ignore(state);
  const end: CallEnd = {
    by: 'callee',
    sipStatus: 480,
    q850Cause: 16,
    sentence: 'The called party hung up at once',
    code: 'hung-up-at-once',
  };
  return finish(state, nowMs, { end, caller: 'reject', calleeGone: true, reason: passedReason(reason) });
}

export function hungUp(
  state: CallState,
  { leg, reason, byServer }: Extract<CallInput, { kind: 'bye' }>,
  nowMs: number,
): CallStep {
  const byCaller = leg === 'caller';
  if (!byCaller && leg !== state.winner) return ignore(state);
  const end: CallEnd = (byServer ? serverEnd(reason) : undefined) ?? {
    by: byCaller ? 'caller' : 'callee',
    sipStatus: 200,
    q850Cause: q850CauseIn(reason) ?? 16,
    sentence: byCaller ? 'The caller hung up' : 'The called party hung up',
    code: 'hung-up',
  };
  return finish(state, nowMs, {
    end,
    caller: byCaller ? 'gone' : 'bye',
    calleeGone: !byCaller,
    reason: passedReason(reason),
  });
}

export function abortAnswered(
  state: CallState,
  { cause, sentence }: Extract<CallInput, { kind: 'abort' }>,
  nowMs: number,
): CallStep {
  const end = abortEnd(cause, true, sentence);
  // RFC 3326: the phones may show why.
  const reason = formatReason({ protocol: 'Q.850', cause: end.q850Cause, text: end.sentence });
  return finish(state, nowMs, { end, caller: 'bye', reason });
}

/** A 200 that crossed its CANCEL: that phone is told by BYE (RFC 3261 9.1). */
export function lateAnswer(
  state: CallState,
  { leg }: Extract<CallInput, { kind: 'leg-answered' }>,
): CallStep {
  if (leg === state.winner) return ignore(state);
  return {
    state: withLeg(state, leg, { state: 'terminated', sipStatus: 200 }),
    effects: [byeEffect(leg, undefined), legTerminated(leg, 200)],
  };
}

export function loserGone(
  state: CallState,
  { leg, sipStatus }: Extract<CallInput, { kind: 'leg-failed' }>,
): CallStep {
  return {
    state: withLeg(state, leg, { state: 'terminated', sipStatus }),
    effects: [legTerminated(leg, sipStatus)],
  };
}

export function withSettling({ state, effects }: CallStep): CallStep {
  return settleWhenQuiet(state, effects);
}

/** The call ended while its 200 was on the way to the caller. */
export function lateConnection(state: CallState): CallStep {
  return { state, effects: [byeEffect('caller', undefined)] };
}
