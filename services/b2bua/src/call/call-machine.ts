import type { CallEnd } from '@ringback/contracts';
import { bestFailure, statusForCaller } from './best-response.ts';
import { abortEnd, q850CauseOf } from './call-end.ts';
import { byeEffect, cancelLosers, finish, legTerminated, settle, settleWhenQuiet } from './call-ending.ts';
import {
  type CallInput,
  type CallInputKind,
  type CallPhase,
  type CallState,
  type CallStep,
  legOf,
  NO_ANSWER_MS,
  pendingLegs,
  withLeg,
} from './call-state.ts';
import { passedReason, q850CauseIn } from './reason-header.ts';

type Handler<K extends CallInputKind> = (
  state: CallState,
  input: Extract<CallInput, { kind: K }>,
  nowMs: number,
) => CallStep;

type Row = { [K in CallInputKind]?: Handler<K> };

/** What crosses on the wire and comes too late to matter. */
const ignore = (state: CallState): CallStep => ({ state, effects: [] });

/** Every edge of the machine; an input with no entry is a fault of this program and throws. */
const TRANSITIONS = {
  dialing: {
    'leg-progress': progress,
    'leg-answered': firstAnswer,
    'leg-failed': branchFailed,
    'caller-canceled': callerCanceled,
    'no-answer': noAnswer,
    abort: abortUnanswered,
  },
  ringing: {
    'leg-progress': progress,
    'leg-answered': firstAnswer,
    'leg-failed': branchFailed,
    'caller-canceled': callerCanceled,
    'no-answer': noAnswer,
    abort: abortUnanswered,
  },
  answering: {
    'leg-progress': ignore,
    'leg-answered': lateAnswer,
    'leg-failed': loserGone,
    'caller-connected': connected,
    'caller-canceled': callerCanceled,
    bye: byeBeforeConnected,
    'no-answer': ignore,
    abort: abortUnanswered,
  },
  answered: {
    'leg-progress': ignore,
    'leg-answered': lateAnswer,
    'leg-failed': loserGone,
    'caller-canceled': ignore,
    bye: hungUp,
    'no-answer': ignore,
    abort: abortAnswered,
  },
  ending: {
    'leg-progress': ignore,
    'leg-answered': (state, input) => withSettling(lateAnswer(state, input)),
    'leg-failed': (state, input) => withSettling(loserGone(state, input)),
    'caller-connected': lateConnection,
    'caller-canceled': ignore,
    bye: ignore,
    'no-answer': ignore,
    settled: (state) => settle(state, []),
    abort: ignore,
  },
  ended: {
    'leg-progress': ignore,
    'leg-answered': (state, { leg }) => ({ state, effects: [byeEffect(leg, undefined)] }),
    'leg-failed': ignore,
    'caller-connected': lateConnection,
    'caller-canceled': ignore,
    bye: ignore,
    'no-answer': ignore,
    settled: ignore,
    abort: ignore,
  },
} satisfies Record<CallPhase, Row>;

const FRESH: CallState = {
  phase: 'dialing',
  waiting: [],
  legs: [],
  failures: [],
  winner: undefined,
  end: undefined,
  endedAtMs: undefined,
};

/** A call that never gets as far as a phone. */
export function refuseCall(end: CallEnd, nowMs: number): CallStep {
  return finish(FRESH, nowMs, { end, caller: 'reject' });
}

/** A call that dials the groups of legs one after the other; the legs of a group ring at once. */
export function startCall(groups: readonly (readonly string[])[], noAnswerMs = NO_ANSWER_MS): CallStep {
  const state: CallState = { ...FRESH, waiting: groups };
  const { state: dialing, effects } = dialNext(state);
  return {
    state: dialing,
    effects: [{ kind: 'start-timer', timer: 'no-answer', afterMs: noAnswerMs }, ...effects],
  };
}

/** One step of a call. @throws on an input that its phase cannot have. */
export function step(state: CallState, input: CallInput, nowMs: number): CallStep {
  const handler = (TRANSITIONS[state.phase] as Row)[input.kind] as Handler<CallInputKind> | undefined;
  if (!handler) throw new Error(`a call that is ${state.phase} cannot have the input ${input.kind}`);
  return handler(state, input, nowMs);
}

function dialNext(state: CallState): CallStep {
  const [legs = [], ...waiting] = state.waiting;
  const fresh = legs.map((id) => ({ id, state: 'trying' as const, sipStatus: null, canceled: false }));
  return {
    state: { ...state, waiting, legs: [...state.legs, ...fresh] },
    effects: [{ kind: 'invite', legs }],
  };
}

function progress(
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
function firstAnswer(state: CallState, { leg }: Extract<CallInput, { kind: 'leg-answered' }>): CallStep {
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

function branchFailed(
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

function refused(state: CallState, nowMs: number): CallStep {
  const best = bestFailure(state.failures);
  const sipStatus = statusForCaller(best?.sipStatus ?? 480);
  const end: CallEnd = {
    by: 'callee',
    sipStatus,
    q850Cause: q850CauseOf(sipStatus),
    sentence: `The called phone answered ${best?.sipStatus ?? sipStatus}${best?.reason ? ` ${best.reason}` : ''}`,
  };
  return finish(state, nowMs, { end, caller: 'reject' });
}

function callerCanceled(
  state: CallState,
  { reason }: Extract<CallInput, { kind: 'caller-canceled' }>,
  nowMs: number,
): CallStep {
  const end: CallEnd = { by: 'caller', sipStatus: 487, q850Cause: 16, sentence: 'The caller gave up' };
  // RFC 3261 9.2: the SIP server has answered the INVITE with 487 itself.
  return finish(state, nowMs, { end, caller: 'gone', reason: passedReason(reason) });
}

function noAnswer(state: CallState, _: CallInput, nowMs: number): CallStep {
  const rang = state.phase === 'ringing';
  const end: CallEnd = {
    by: 'network',
    // Nobody rang: the phones did not respond in time (RFC 3261 21.4.9); otherwise nobody picked up (21.4.18).
    sipStatus: rang ? 480 : 408,
    q850Cause: rang ? 19 : 18,
    sentence: rang ? 'Nobody answered' : 'No phone responded',
  };
  return finish(state, nowMs, { end, caller: 'reject' });
}

function connected(state: CallState): CallStep {
  return {
    state: { ...state, phase: 'answered' },
    effects: [
      { kind: 'leg-changed', leg: 'caller', state: 'confirmed', sipStatus: 200 },
      { kind: 'answered' },
    ],
  };
}

/** The phone picked up and hung up before the caller's 200 was out. */
function byeBeforeConnected(
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
  };
  return finish(state, nowMs, { end, caller: 'reject', calleeGone: true, reason: passedReason(reason) });
}

function hungUp(
  state: CallState,
  { leg, reason }: Extract<CallInput, { kind: 'bye' }>,
  nowMs: number,
): CallStep {
  const byCaller = leg === 'caller';
  if (!byCaller && leg !== state.winner) return ignore(state);
  const end: CallEnd = {
    by: byCaller ? 'caller' : 'callee',
    sipStatus: 200,
    q850Cause: q850CauseIn(reason) ?? 16,
    sentence: byCaller ? 'The caller hung up' : 'The called party hung up',
  };
  return finish(state, nowMs, {
    end,
    caller: byCaller ? 'gone' : 'bye',
    calleeGone: !byCaller,
    reason: passedReason(reason),
  });
}

function abortUnanswered(
  state: CallState,
  { cause, sentence }: Extract<CallInput, { kind: 'abort' }>,
  nowMs: number,
): CallStep {
  return finish(state, nowMs, { end: abortEnd(cause, false, sentence), caller: 'reject' });
}

function abortAnswered(
  state: CallState,
  { cause, sentence }: Extract<CallInput, { kind: 'abort' }>,
  nowMs: number,
): CallStep {
  return finish(state, nowMs, { end: abortEnd(cause, true, sentence), caller: 'bye' });
}

/** A 200 that crossed its CANCEL: that phone is told by BYE (RFC 3261 9.1). */
function lateAnswer(state: CallState, { leg }: Extract<CallInput, { kind: 'leg-answered' }>): CallStep {
  if (leg === state.winner) return ignore(state);
  return {
    state: withLeg(state, leg, { state: 'terminated', sipStatus: 200 }),
    effects: [byeEffect(leg, undefined), legTerminated(leg, 200)],
  };
}

function loserGone(
  state: CallState,
  { leg, sipStatus }: Extract<CallInput, { kind: 'leg-failed' }>,
): CallStep {
  return {
    state: withLeg(state, leg, { state: 'terminated', sipStatus }),
    effects: [legTerminated(leg, sipStatus)],
  };
}

function withSettling({ state, effects }: CallStep): CallStep {
  return settleWhenQuiet(state, effects);
}

/** The call ended while its 200 was on the way to the caller. */
function lateConnection(state: CallState): CallStep {
  return { state, effects: [byeEffect('caller', undefined)] };
}
