import type { ActiveCall, Hold } from './call-state.ts';
import type { CallStep } from './call-step.ts';

/** Our user wants to hold or to resume. While a re-INVITE is on its way the wish waits for its answer (RFC 3261 14.1). */
export function holdWished(state: ActiveCall, on: boolean): CallStep {
  return settle(state, { ...state.hold, wanted: on });
}

/** Either side holds or resumes, and both know. */
export function holdChanged(state: ActiveCall, by: 'us' | 'them', on: boolean): CallStep {
  if (by === 'them') return { state: { ...state, hold: { ...state.hold, them: on } }, effects: [] };
  return settle(state, { ...state.hold, asking: false, us: on });
}

function settle(state: ActiveCall, hold: Hold): CallStep {
  if (hold.asking || hold.wanted === hold.us) return { state: { ...state, hold }, effects: [] };
  return {
    state: { ...state, hold: { ...hold, asking: true } },
    effects: [{ kind: 'hold', on: hold.wanted }],
  };
}
