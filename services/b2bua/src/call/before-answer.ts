import type { CallEnd } from '@ringback/contracts';
import { bestFailure, statusForCaller } from './best-response.ts';
import { abortEnd, q850CauseOf } from './call-end.ts';
import { cancelLosers, finish, legTerminated } from './call-ending.ts';
import {
  type CallInput,
  type CallState,
  type CallStep,
  ignore,
  legOf,
  pendingLegs,
  withLeg,
} from './call-state.ts';
import { passedReason } from './reason-header.ts';

// What a call does with its inputs until a phone has answered.

export function dialNext(state: CallState): CallStep {
  const [legs = [], ...waiting] = state.waiting;
  const fresh = legs.map((id) => ({ id, state: 'trying' as const, sipStatus: null, canceled: false }));
  return {
    state: { ...state, waiting, legs: [...state.legs, ...fresh] },
    effects: [{ kind: 'invite', legs }],
  };
}

export function progress(
  state: CallState,
  { leg, sipStatus }: Extract<CallInput, { kind: 'leg-progress' }>,
): CallStep {
  const known = legOf(state, leg);
  if (!known || known.canceled || known.state === 'terminated') return ignore(state);
  const next = withLeg({ ...state, phase: 'ringing' }, leg, { state: 'early', sipStatus });
  const changed = { kind: 'leg-changed' as const, leg, state: 'early' as const, sipStatus };
  if (state.phase === 'ringing') return { state: next, effects: known.state === 'early' ? [] : [changed] };
  return {
    state: next,
    effects: [
      changed,
      { kind: 'ring-caller' },
      { kind: 'leg-changed', leg: 'caller', state: 'early', sipStatus: 180 },
      { kind: 'ringing' },
    ],
  };
}

/** The first 200 wins; the other branches hear that the call was completed elsewhere. */
export function firstAnswer(
  state: CallState,
  { leg }: Extract<CallInput, { kind: 'leg-answered' }>,
): CallStep {
  const won = withLeg({ ...state, phase: 'answering', winner: leg, waiting: [] }, leg, {
    state: 'confirmed',
    sipStatus: 200,
  });
  const { state: next, effects } = cancelLosers(won);
  return {
    state: next,
    effects: [
      { kind: 'leg-changed', leg, state: 'confirmed', sipStatus: 200 },
      { kind: 'answer-caller', leg },
      ...effects,
      { kind: 'stop-timer', timer: 'no-answer' },
    ],
  };
}

export function branchFailed(
  state: CallState,
  { leg, sipStatus, reason }: Extract<CallInput, { kind: 'leg-failed' }>,
  nowMs: number,
): CallStep {
  const failed = withLeg(
    { ...state, failures: [...state.failures, { legId: leg, sipStatus, reason }] },
    leg,
    {
      state: 'terminated',
      sipStatus,
    },
  );
  const changed = legTerminated(leg, sipStatus);
  // RFC 3261 16.7 step 5: a 6xx speaks for all branches.
  if (sipStatus < 600 && pendingLegs(failed).length > 0) return { state: failed, effects: [changed] };
  const next = sipStatus < 600 && failed.waiting.length > 0 ? dialNext(failed) : refused(failed, nowMs);
  return { state: next.state, effects: [changed, ...next.effects] };
}

export function refused(state: CallState, nowMs: number): CallStep {
  const best = bestFailure(state.failures);
  const sipStatus = statusForCaller(best?.sipStatus ?? 480);
  const end: CallEnd = {
    by: 'callee',
    sipStatus,
    q850Cause: q850CauseOf(sipStatus),
    sentence: `The called phone answered ${best?.sipStatus ?? sipStatus}${best?.reason ? ` ${best.reason}` : ''}`,
    code: 'refused',
  };
  return finish(state, nowMs, { end, caller: 'reject' });
}

export function callerCanceled(
  state: CallState,
  { reason }: Extract<CallInput, { kind: 'caller-canceled' }>,
  nowMs: number,
): CallStep {
  const end: CallEnd = {
    by: 'caller',
    sipStatus: 487,
    q850Cause: 16,
    sentence: 'The caller gave up',
    code: 'canceled',
  };
  // RFC 3261 9.2: the SIP server has answered the INVITE with 487 itself.
  return finish(state, nowMs, { end, caller: 'gone', reason: passedReason(reason) });
}

export function noAnswer(state: CallState, _: CallInput, nowMs: number): CallStep {
  const rang = state.phase === 'ringing';
  const end: CallEnd = {
    by: 'network',
    // Nobody rang: the phones did not respond in time (RFC 3261 21.4.9); otherwise nobody picked up (21.4.18).
    sipStatus: rang ? 480 : 408,
    q850Cause: rang ? 19 : 18,
    sentence: rang ? 'Nobody answered' : 'No phone responded',
    code: rang ? 'no-answer' : 'no-response',
  };
  return finish(state, nowMs, { end, caller: 'reject' });
}

export function abortUnanswered(
  state: CallState,
  { cause, sentence }: Extract<CallInput, { kind: 'abort' }>,
  nowMs: number,
): CallStep {
  return finish(state, nowMs, { end: abortEnd(cause, false, sentence), caller: 'reject' });
}
