import type { Trouble } from '../api/problem-error.ts';

/** The page's registration. `failed` goes on trying by itself as long as `retrying`. */
export type LineState =
  | { kind: 'claiming' }
  | { kind: 'connecting'; number: string; displayName: string; attempt: number }
  | { kind: 'registered'; number: string; displayName: string; renewsAtMs: number }
  | {
      kind: 'failed';
      number: string | null;
      displayName: string | null;
      trouble: Trouble;
      retrying: boolean;
    };

export type LineInput =
  | { kind: 'claimed'; number: string; displayName: string }
  | { kind: 'claim-failed'; trouble: Trouble; retrying: boolean }
  | { kind: 'connecting' }
  | { kind: 'disconnected' }
  | { kind: 'registered'; expiresSec: number }
  | { kind: 'refused'; sipStatus: number | null };

export type LineEffect = { kind: 'claim'; afterMs: number } | { kind: 'register'; afterMs: number };

export interface LineStep {
  state: LineState;
  effects: LineEffect[];
}

const RETRY_MS = 4_000;
/** A restart takes a few seconds: only a longer absence is called a failure. */
const PATIENT_ATTEMPTS = 3;

const LOST: Trouble = {
  sentence: 'The connection to Ringback is lost.',
  remedy: 'Start it again if it has stopped; the phone reconnects by itself.',
};

/** One step of the registration: `identity` is what the number was claimed as. */
export function stepLine(state: LineState, input: LineInput, nowMs: number): LineStep {
  switch (input.kind) {
    case 'claimed': {
      // Renewed credentials change nothing that the user sees.
      if (state.kind === 'registered' && state.number === input.number) return { state, effects: [] };
      const { number, displayName } = input;
      return { state: { kind: 'connecting', number, displayName, attempt: 0 }, effects: [] };
    }
    case 'claim-failed': {
      const effects: LineEffect[] = input.retrying ? [{ kind: 'claim', afterMs: RETRY_MS }] : [];
      // A registration that stands is not undone by credentials that could not be renewed yet.
      if (state.kind === 'registered') return { state, effects };
      const { trouble, retrying } = input;
      return { state: { kind: 'failed', ...identityOf(state), trouble, retrying }, effects };
    }
    case 'connecting':
      return { state, effects: [] };
    case 'disconnected':
      return { state: disconnected(state), effects: [] };
    case 'registered':
      return registered(state, input.expiresSec, nowMs);
    case 'refused':
      return refused(state, input.sipStatus);
    default: {
      const never: never = input;
      throw new Error(`Unknown input ${JSON.stringify(never)}`);
    }
  }
}

function disconnected(state: LineState): LineState {
  const number = numberOf(state);
  if (number === null || state.kind === 'failed' || state.kind === 'claiming') return state;
  const attempt = state.kind === 'connecting' ? state.attempt + 1 : 1;
  if (attempt > PATIENT_ATTEMPTS)
    return { kind: 'failed', ...identityOf(state), trouble: LOST, retrying: true };
  return { kind: 'connecting', number, displayName: state.displayName, attempt };
}

function registered(state: LineState, expiresSec: number, nowMs: number): LineStep {
  const number = numberOf(state);
  if (number === null) return { state, effects: [] };
  const displayName = identityOf(state).displayName ?? number;
  // At half of its life, so that there is time to try again (RFC 3261 10.2.4 leaves the moment to us).
  const afterMs = expiresSec * 500;
  return {
    state: { kind: 'registered', number, displayName, renewsAtMs: nowMs + afterMs },
    effects: [{ kind: 'register', afterMs }],
  };
}

function refused(state: LineState, sipStatus: number | null): LineStep {
  const identity = identityOf(state);
  // No response: mostly the connection is gone as well, and `disconnected` tells the story.
  if (sipStatus === null) return { state, effects: [{ kind: 'register', afterMs: RETRY_MS }] };
  if (sipStatus === 401 || sipStatus === 403 || sipStatus === 407) {
    // Credentials end with the server that issued them: ask for new ones (RFC 3261 22.2).
    const trouble = {
      sentence: 'The SIP server did not accept our password.',
      remedy: 'The page asks for a new one by itself.',
    };
    return {
      state: { kind: 'failed', ...identity, trouble, retrying: true },
      effects: [{ kind: 'claim', afterMs: 1_000 }],
    };
  }
  const trouble = {
    sentence: `The SIP server refused to register this page (${sipStatus}).`,
    remedy: 'The page tries again by itself; the dot in the corner tells which part is missing.',
  };
  return {
    state: { kind: 'failed', ...identity, trouble, retrying: true },
    effects: [{ kind: 'register', afterMs: RETRY_MS }],
  };
}

export function numberOf(state: LineState): string | null {
  return state.kind === 'claiming' ? null : state.number;
}

function identityOf(state: LineState): { number: string | null; displayName: string | null } {
  if (state.kind === 'claiming') return { number: null, displayName: null };
  return { number: state.number, displayName: state.displayName };
}
