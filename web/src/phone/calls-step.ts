import type { CallState, Peer } from './call-state.ts';
import { type CallEffect, type CallInput, step } from './call-step.ts';
import { type CallsState, isBeginning, isLive, isTalking, MOST_CALLS } from './calls-state.ts';

export type CallsInput =
  | { kind: 'dial'; id: string; target: string }
  | { kind: 'line-incoming'; id: string; peer: Peer }
  | { kind: 'to-call'; id: string; input: CallInput };

/** What one call wants done. */
export interface CallsEffect {
  readonly id: string;
  readonly effect: CallEffect;
}

export interface CallsStep {
  state: CallsState;
  effects: CallsEffect[];
}

const IDLE: CallState = { kind: 'idle' };

/** One step of all calls together: each has its own machine, and this one sees to it that only one of them talks. */
export function stepCalls(state: CallsState, input: CallsInput, nowMs: number): CallsStep {
  switch (input.kind) {
    case 'dial':
      return dial(state, input.id, input.target, nowMs);
    case 'line-incoming': {
      // RFC 3261 21.4.24.
      if (state.filter(({ call }) => isLive(call)).length >= MOST_CALLS)
        return { state, effects: [{ id: input.id, effect: { kind: 'refuse', sipStatus: 486 } }] };
      return stepOne(state, input.id, { kind: 'line-incoming', peer: input.peer }, nowMs);
    }
    case 'to-call':
      return toCall(state, input.id, input.input, nowMs);
    default: {
      const never: never = input;
      throw new Error(`Unknown input ${JSON.stringify(never)}`);
    }
  }
}

function dial(state: CallsState, id: string, target: string, nowMs: number): CallsStep {
  const live = state.filter(({ call }) => isLive(call));
  if (live.some(({ call }) => isBeginning(call)) || live.length >= MOST_CALLS) return { state, effects: [] };
  const held = holdOthers(live, id, nowMs);
  return after(held, stepOne(held.state, id, { kind: 'dial', target }, nowMs));
}

function toCall(state: CallsState, id: string, input: CallInput, nowMs: number): CallsStep {
  if (takesThePhone(state, id, input)) {
    const held = holdOthers(state, id, nowMs);
    return after(held, stepOne(held.state, id, input, nowMs));
  }
  const next = stepOne(state, id, input, nowMs);
  // Somebody was answered in the meantime: the one that we were calling comes second.
  const late =
    input.kind === 'line-accepted' && next.state.some((one) => one.id !== id && isTalking(one.call));
  return late ? after(next, stepOne(next.state, id, { kind: 'hold', on: true }, nowMs)) : next;
}

function takesThePhone(state: CallsState, id: string, input: CallInput): boolean {
  const kind = state.find((one) => one.id === id)?.call.kind;
  if (input.kind === 'hold') return !input.on && kind === 'active';
  return (input.kind === 'answer' || input.kind === 'listen-only') && kind === 'incoming';
}

function holdOthers(state: CallsState, id: string, nowMs: number): CallsStep {
  const talking = state.filter((one) => one.id !== id && isTalking(one.call));
  return talking.reduce<CallsStep>(
    (before, one) => after(before, stepOne(before.state, one.id, { kind: 'hold', on: true }, nowMs)),
    { state, effects: [] },
  );
}

/** A call that nobody knows (any more) is idle, and an idle call is not kept. */
function stepOne(state: CallsState, id: string, input: CallInput, nowMs: number): CallsStep {
  const before = state.find((one) => one.id === id);
  const { state: call, effects } = step(before?.call ?? IDLE, input, nowMs);
  return {
    state: call === before?.call ? state : replaced(state, id, call),
    effects: effects.map((effect) => ({ id, effect })),
  };
}

function replaced(state: CallsState, id: string, call: CallState): CallsState {
  const known = state.some((one) => one.id === id);
  if (call.kind === 'idle') return known ? state.filter((one) => one.id !== id) : state;
  if (!known) return [...state, { id, call }];
  return state.map((one) => (one.id === id ? { id, call } : one));
}

function after(first: CallsStep, second: CallsStep): CallsStep {
  return { state: second.state, effects: [...first.effects, ...second.effects] };
}
