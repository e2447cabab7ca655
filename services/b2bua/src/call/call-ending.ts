import type { CallEnd } from '@ringback/contracts';
import {
  type CallEffect,
  type CallState,
  type CallStep,
  type LegRef,
  pendingLegs,
  SETTLE_MS,
  withLeg,
} from './call-state.ts';
import { COMPLETED_ELSEWHERE } from './reason-header.ts';

/** How the caller's leg ends: told by a final response, told by BYE, or it has ended itself. */
export type CallerEnding = 'reject' | 'bye' | 'gone';

export interface Ending {
  readonly end: CallEnd;
  readonly caller: CallerEnding;
  /** The answered leg has ended itself. */
  readonly calleeGone?: boolean;
  /** Reason header for the CANCELs and BYEs that go out. */
  readonly reason?: string | undefined;
}

/** CANCELs the branches that have no final response yet. A lost race for the answer is told as such (RFC 3326 3). */
export function cancelPending(state: CallState, reason: string | undefined): CallStep {
  let next = state;
  const effects: CallEffect[] = [];
  for (const { id, canceled } of pendingLegs(state)) {
    if (canceled) continue;
    next = withLeg(next, id, { canceled: true });
    effects.push({ kind: 'cancel', leg: id, reason });
  }
  return { state: next, effects };
}

export function cancelLosers(state: CallState): CallStep {
  return cancelPending(state, COMPLETED_ELSEWHERE);
}

/** Ends the call, whatever its phase: both sides are told, media is released, the record waits for cancelled branches. */
export function finish(state: CallState, nowMs: number, ending: Ending): CallStep {
  const { state: canceled, effects: cancels } = cancelPending(state, ending.reason);
  const winner = ending.calleeGone ? undefined : canceled.winner;
  const told = [...endCaller(ending), ...(winner ? [byeEffect(winner, ending.reason)] : [])];
  const next = {
    ...(canceled.winner ? withLeg(canceled, canceled.winner, { state: 'terminated' as const }) : canceled),
    waiting: [],
    end: ending.end,
    endedAtMs: nowMs,
  };
  const changes: CallEffect[] = [
    { kind: 'release-media' },
    callerTerminated(state, ending.end),
    ...(canceled.winner ? [legTerminated(canceled.winner, 200)] : []),
    { kind: 'stop-timer', timer: 'no-answer' },
  ];
  const effects = [...told, ...cancels, ...changes];
  if (pendingLegs(next).length === 0) return settle(next, effects);
  return {
    state: { ...next, phase: 'ending' },
    effects: [...effects, { kind: 'start-timer', timer: 'settled', afterMs: SETTLE_MS }],
  };
}

/** `ending` becomes `ended` once no branch owes a final response. */
export function settleWhenQuiet(state: CallState, effects: readonly CallEffect[]): CallStep {
  if (pendingLegs(state).length > 0) return { state, effects };
  return settle(state, [...effects, { kind: 'stop-timer', timer: 'settled' }]);
}

/** A branch that never gave its final response counts as terminated from here on. */
export function settle(state: CallState, effects: readonly CallEffect[]): CallStep {
  if (!state.end || state.endedAtMs === undefined)
    throw new Error('a call settles only once its end is known');
  const silent = pendingLegs(state);
  const legs = state.legs.map((leg) => ({ ...leg, state: 'terminated' as const }));
  return {
    state: { ...state, legs, phase: 'ended' },
    effects: [
      ...effects,
      ...silent.map(({ id, sipStatus }) => legTerminated(id, sipStatus)),
      { kind: 'ended', end: state.end, endedAtMs: state.endedAtMs },
    ],
  };
}

export function byeEffect(leg: LegRef, reason: string | undefined): CallEffect {
  return { kind: 'bye', leg, reason };
}

export function legTerminated(leg: LegRef, sipStatus: number | null): CallEffect {
  return { kind: 'leg-changed', leg, state: 'terminated', sipStatus };
}

function endCaller({ caller, end, reason }: Ending): CallEffect[] {
  if (caller === 'gone') return [];
  if (caller === 'bye') return [byeEffect('caller', reason)];
  const { sipStatus, q850Cause, sentence } = end;
  return [{ kind: 'reject-caller', sipStatus, q850Cause, sentence }];
}

function callerTerminated({ phase }: CallState, end: CallEnd): CallEffect {
  return legTerminated('caller', phase === 'answered' ? 200 : end.sipStatus);
}
