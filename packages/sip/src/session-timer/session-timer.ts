import type { Edge } from '../transaction/machine.ts';
import type { SessionTerms } from './agreement.ts';

/*
 * The session timer of one dialog (RFC 4028 10)
 *
 *                 we refresh                     they refresh
 *   +-----------+ <------------- +-----+ --------------> +-----------+
 *   | refresher |                | off |                 | refreshee |
 *   +-----------+                +-----+                 +-----------+
 *     |       ^ 2xx; later: try again                          |
 *     | due   |                                                |
 *     v       |                                                |
 *   +------------+ 408, 481, or the interval is over: BYE   +-------+
 *   | refreshing | ---------------------------------------> | ended |
 *   +------------+ 422: again with the longer interval      +-------+
 *
 * A 2xx to any INVITE or UPDATE of the dialog, whoever sent it, agrees anew: to refresher, refreshee or off.
 */
export type SessionTimerName = 'off' | 'refresher' | 'refreshing' | 'refreshee' | 'ended';

export interface SessionTimerState {
  readonly name: SessionTimerName;
  readonly terms: SessionTerms;
  /** When the session is over unless it is refreshed. */
  readonly expiresAtMs: number;
}

export type SessionTimerInput =
  /** A 2xx agreed on this. `jitterMs` shifts our refresh, so that not all dialogs of a restart refresh at once. */
  | { readonly kind: 'agreed'; readonly terms: SessionTerms; readonly jitterMs: number }
  | { readonly kind: 'timer' }
  /** Our refresh was refused, with `minSec` the Min-SE of a 422; or it could not be sent now, which counts as 491. */
  | { readonly kind: 'refused'; readonly status: number; readonly minSec: number; readonly retryMs: number }
  | { readonly kind: 'stop' };

export type SessionTimerEffect =
  | { readonly kind: 'wake'; readonly atMs: number }
  | { readonly kind: 'sleep' }
  /** Send an INVITE or UPDATE with this interval. */
  | { readonly kind: 'refresh'; readonly intervalSec: number }
  /** Send BYE. */
  | { readonly kind: 'expire' };

export interface SessionTimerStep {
  readonly state: SessionTimerState;
  readonly effects: readonly SessionTimerEffect[];
}

type Event =
  | 'we-refresh'
  | 'they-refresh'
  | 'no-timer'
  | 'due'
  | 'expired'
  | 'gone'
  | 'too-short'
  | 'later'
  | 'stop';
type Action =
  | 'await-refresh'
  | 'plan-refresh'
  | 'refresh'
  | 'retry'
  | 'lengthen'
  | 'expire'
  | 'sleep'
  | 'nothing';
type Edges = Record<Event, Edge<SessionTimerName, Action>>;

const agreeing = {
  'we-refresh': ['refresher', 'plan-refresh'],
  'they-refresh': ['refreshee', 'await-refresh'],
  'no-timer': ['off', 'sleep'],
  stop: ['ended', 'sleep'],
} satisfies Partial<Edges>;

export const sessionTimerTable = {
  off: {
    ...agreeing,
    due: ['off', 'nothing'],
    expired: ['off', 'nothing'],
    gone: ['off', 'nothing'],
    'too-short': ['off', 'nothing'],
    later: ['off', 'nothing'],
  },
  refresher: {
    ...agreeing,
    due: ['refreshing', 'refresh'],
    expired: ['ended', 'expire'],
    gone: ['refresher', 'nothing'],
    'too-short': ['refresher', 'nothing'],
    later: ['refresher', 'nothing'],
  },
  refreshing: {
    ...agreeing,
    due: ['refreshing', 'nothing'],
    expired: ['ended', 'expire'],
    // RFC 4028 10: the peer is gone or knows of no such dialog.
    gone: ['ended', 'expire'],
    'too-short': ['refreshing', 'lengthen'],
    later: ['refresher', 'retry'],
  },
  refreshee: {
    ...agreeing,
    due: ['refreshee', 'nothing'],
    expired: ['ended', 'expire'],
    gone: ['refreshee', 'nothing'],
    'too-short': ['refreshee', 'nothing'],
    later: ['refreshee', 'nothing'],
  },
  ended: {
    'we-refresh': ['ended', 'nothing'],
    'they-refresh': ['ended', 'nothing'],
    'no-timer': ['ended', 'nothing'],
    due: ['ended', 'nothing'],
    expired: ['ended', 'nothing'],
    gone: ['ended', 'nothing'],
    'too-short': ['ended', 'nothing'],
    later: ['ended', 'nothing'],
    stop: ['ended', 'nothing'],
  },
} satisfies Record<SessionTimerName, Edges>;

const start: SessionTimerState = { name: 'off', terms: undefined, expiresAtMs: Number.POSITIVE_INFINITY };

function eventOf({ terms, expiresAtMs }: SessionTimerState, input: SessionTimerInput, nowMs: number): Event {
  switch (input.kind) {
    case 'agreed':
      if (input.terms === undefined) return 'no-timer';
      return input.terms.refresher === 'us' ? 'we-refresh' : 'they-refresh';
    case 'timer':
      return nowMs >= expiresAtMs ? 'expired' : 'due';
    case 'refused':
      if (input.status === 408 || input.status === 481) return 'gone';
      // A peer that refuses what it asked for itself would be asked for ever.
      return input.status === 422 && input.minSec > (terms?.intervalSec ?? 0) ? 'too-short' : 'later';
    case 'stop':
      return 'stop';
    default:
      return input satisfies never;
  }
}

function step(state: SessionTimerState, input: SessionTimerInput, nowMs: number): SessionTimerStep {
  const [name, action] = sessionTimerTable[state.name][eventOf(state, input, nowMs)];
  return act({ ...state, name }, action, input, nowMs);
}

function act(
  state: SessionTimerState,
  action: Action,
  input: SessionTimerInput,
  nowMs: number,
): SessionTimerStep {
  switch (action) {
    case 'plan-refresh':
    case 'await-refresh':
      return input.kind === 'agreed'
        ? agree(state, input.terms, input.jitterMs, nowMs)
        : { state, effects: [] };
    case 'refresh':
      return { state, effects: refresh(state) };
    case 'lengthen':
      return input.kind === 'refused' ? lengthen(state, input.minSec) : { state, effects: [] };
    case 'retry': {
      const retryMs = input.kind === 'refused' ? input.retryMs : 0;
      return { state, effects: [{ kind: 'wake', atMs: Math.min(nowMs + retryMs, state.expiresAtMs) }] };
    }
    case 'expire':
      return { state, effects: [{ kind: 'sleep' }, { kind: 'expire' }] };
    case 'sleep':
      return { state: { ...state, terms: undefined }, effects: [{ kind: 'sleep' }] };
    case 'nothing':
      return { state, effects: [] };
    default:
      return action satisfies never;
  }
}

function agree(
  state: SessionTimerState,
  terms: SessionTerms,
  jitterMs: number,
  nowMs: number,
): SessionTimerStep {
  const intervalMs = (terms?.intervalSec ?? 0) * 1000;
  const expiresAtMs = nowMs + intervalMs;
  // RFC 4028 10: the refresher does so at half the interval.
  const atMs = terms?.refresher === 'us' ? nowMs + intervalMs / 2 + jitterMs : expiresAtMs;
  return { state: { ...state, terms, expiresAtMs }, effects: [{ kind: 'wake', atMs }] };
}

/** With a last moment, for an answer that never comes. */
function refresh({ terms, expiresAtMs }: SessionTimerState): SessionTimerEffect[] {
  return [
    { kind: 'wake', atMs: expiresAtMs },
    { kind: 'refresh', intervalSec: terms?.intervalSec ?? 0 },
  ];
}

function lengthen(state: SessionTimerState, minSec: number): SessionTimerStep {
  const terms: SessionTerms = { intervalSec: minSec, refresher: 'us' };
  const next = { ...state, terms };
  return { state: next, effects: refresh(next) };
}

export const sessionTimer = { start, step };
