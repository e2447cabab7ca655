import type { CallEnd } from '@ringback/contracts';
import {
  abortAnswered,
  byeBeforeConnected,
  connected,
  hungUp,
  lateAnswer,
  lateConnection,
  loserGone,
  withSettling,
} from './after-answer.ts';
import {
  abortUnanswered,
  branchFailed,
  callerCanceled,
  dialNext,
  firstAnswer,
  noAnswer,
  progress,
} from './before-answer.ts';
import { byeEffect, finish, settle } from './call-ending.ts';
import {
  type CallInput,
  type CallInputKind,
  type CallPhase,
  type CallState,
  type CallStep,
  ignore,
  NO_ANSWER_MS,
} from './call-state.ts';

type Handler<K extends CallInputKind> = (
  state: CallState,
  input: Extract<CallInput, { kind: K }>,
  nowMs: number,
) => CallStep;

type Row = { [K in CallInputKind]?: Handler<K> };

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
