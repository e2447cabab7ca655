import type { Trouble } from '../api/problem-error.ts';
import { holdChanged, holdWished } from './call-hold.ts';
import { type CallState, move, NOT_HELD, type Peer, type Sound } from './call-state.ts';
import { type LineEnd, wordsOfEnd } from './end-words.ts';

/** `busy` is this phone's own answer; `decline` is the user's, for all of the user's phones. */
export type Refusal = 'busy' | 'decline';

/** What may happen to the call: the user's wishes, the microphone's answer, the line's news. */
export type CallInput =
  | { kind: 'dial'; target: string }
  | { kind: 'answer'; sound: Sound; automatic: boolean }
  | { kind: 'listen-only' }
  | { kind: 'reject'; as: Refusal }
  | { kind: 'hang-up' }
  | { kind: 'mute'; on: boolean }
  | { kind: 'hold'; on: boolean }
  | { kind: 'tone'; tone: string }
  | { kind: 'dismiss' }
  | { kind: 'microphone-ready' }
  | { kind: 'microphone-refused'; trouble: Trouble }
  | { kind: 'sound-blocked'; blocked: boolean }
  | { kind: 'tone-refused' }
  | { kind: 'line-incoming'; peer: Peer }
  | { kind: 'line-ringing' }
  | { kind: 'line-accepted' }
  | { kind: 'line-held'; by: 'us' | 'them'; on: boolean }
  | { kind: 'line-ended'; end: LineEnd };

export type CallEffect =
  | { kind: 'ask-microphone' }
  | { kind: 'place'; target: string; sound: Sound }
  /** `warning`: why there is no microphone, for the network to know. */
  | { kind: 'accept'; sound: Sound; warning?: string }
  | { kind: 'refuse'; sipStatus: number; warning?: string }
  | { kind: 'hang-up' }
  | { kind: 'mute'; on: boolean }
  | { kind: 'hold'; on: boolean }
  | { kind: 'send-tone'; tone: string }
  | { kind: 'release-sound' }
  | { kind: 'dismiss-after'; ms: number };

export interface CallStep {
  state: CallState;
  effects: CallEffect[];
}

/** 603 stops every phone of this number (RFC 3261 21.6.2); after 486 the others ring on (21.4.24). */
const STATUS_OF = { busy: 486, decline: 603 } as const satisfies Record<Refusal, number>;

/** How long a call that has ended stays in sight, and its busy tone in the ear. */
const ENDED_SHOWN_MS = 6_000;

/**
 * One step of the page's call. An input that makes no sense in this state (a click that came too late) changes
 * nothing; an edge that the diagram of `CallState` lacks throws.
 */
export function step(state: CallState, input: CallInput, nowMs: number): CallStep {
  const next = (to: CallState, ...effects: CallEffect[]): CallStep => ({ state: move(state, to), effects });
  const same = (...effects: CallEffect[]): CallStep => ({ state, effects });
  switch (input.kind) {
    case 'dial':
      return dial(state, input.target, nowMs);
    case 'line-incoming':
      return next({ kind: 'incoming', peer: input.peer, sinceMs: nowMs, refusal: null });
    case 'answer':
      if (state.kind !== 'incoming') return same();
      return answer(state, input.sound, input.automatic);
    case 'listen-only':
      if (state.kind === 'incoming') return answer(state, 'silence', false);
      if (state.kind !== 'dialing' || state.stage !== 'refused') return same();
      return next(
        { ...state, stage: 'trying', sound: 'silence', refusal: null },
        { kind: 'place', target: state.peer.number, sound: 'silence' },
      );
    case 'microphone-ready':
      return microphoneReady(state);
    case 'microphone-refused':
      return microphoneRefused(state, input.trouble);
    case 'line-ringing':
      return state.kind === 'dialing' ? next({ ...state, stage: 'ringing' }) : same();
    case 'line-accepted':
      return accepted(state, nowMs);
    case 'reject':
      return state.kind === 'incoming' || state.kind === 'answering'
        ? same({ kind: 'refuse', sipStatus: STATUS_OF[input.as], ...warningOf(state) })
        : same();
    case 'hang-up':
      return hangUp(state);
    case 'mute':
      return state.kind === 'active'
        ? next({ ...state, muted: input.on }, { kind: 'mute', on: input.on })
        : same();
    case 'hold':
      return state.kind === 'active' ? holdWished(state, input.on) : same();
    case 'line-held':
      return state.kind === 'active' ? holdChanged(state, input.by, input.on) : same();
    case 'tone':
      if (state.kind !== 'active' || state.hold.wanted) return same();
      return next({ ...state, tones: state.tones + input.tone }, { kind: 'send-tone', tone: input.tone });
    case 'sound-blocked':
      return state.kind === 'active' ? next({ ...state, soundBlocked: input.blocked }) : same();
    case 'tone-refused':
      return state.kind === 'active' ? next({ ...state, tonesRefused: true }) : same();
    case 'line-ended':
      return ended(state, input.end, nowMs);
    case 'dismiss':
      return state.kind === 'ended' ? next({ kind: 'idle' }) : same();
    default: {
      const never: never = input;
      throw new Error(`Unknown input ${JSON.stringify(never)}`);
    }
  }
}

function dial(state: CallState, target: string, nowMs: number): CallStep {
  if (state.kind !== 'idle' && state.kind !== 'ended') return { state, effects: [] };
  const peer = { number: target, displayName: null };
  const dialing = {
    kind: 'dialing',
    peer,
    sinceMs: nowMs,
    stage: 'microphone',
    sound: 'microphone',
    refusal: null,
  } as const;
  return { state: move(state, dialing), effects: [{ kind: 'ask-microphone' }] };
}

function answer(state: CallState & { kind: 'incoming' }, sound: Sound, automatic: boolean): CallStep {
  const { peer, sinceMs } = state;
  const stage = sound === 'microphone' ? 'microphone' : 'connecting';
  const effect: CallEffect =
    sound === 'microphone' ? { kind: 'ask-microphone' } : { kind: 'accept', sound, ...warningOf(state) };
  return {
    state: move(state, { kind: 'answering', peer, sinceMs, stage, sound, automatic }),
    effects: [effect],
  };
}

function warningOf(state: CallState): { warning?: string } {
  return state.kind === 'incoming' && state.refusal ? { warning: state.refusal.sentence } : {};
}

function microphoneReady(state: CallState): CallStep {
  if (state.kind === 'answering' && state.stage === 'microphone') {
    return { state: { ...state, stage: 'connecting' }, effects: [{ kind: 'accept', sound: 'microphone' }] };
  }
  if (state.kind === 'dialing' && state.stage === 'microphone') {
    const place: CallEffect = { kind: 'place', target: state.peer.number, sound: 'microphone' };
    return { state: { ...state, stage: 'trying' }, effects: [place] };
  }
  // The call went away while the browser asked: nobody may go on listening.
  return { state, effects: [{ kind: 'release-sound' }] };
}

function microphoneRefused(state: CallState, trouble: Trouble): CallStep {
  if (state.kind === 'answering' && state.stage === 'microphone') {
    const { peer, sinceMs, automatic } = state;
    const incoming = { kind: 'incoming', peer, sinceMs, refusal: trouble } as const;
    return automatic ? answer(incoming, 'silence', true) : { state: move(state, incoming), effects: [] };
  }
  if (state.kind === 'dialing' && state.stage === 'microphone') {
    return { state: move(state, { ...state, stage: 'refused', refusal: trouble }), effects: [] };
  }
  return { state, effects: [] };
}

function accepted(state: CallState, nowMs: number): CallStep {
  if (state.kind !== 'answering' && state.kind !== 'dialing') return { state, effects: [] };
  const { peer, sound } = state;
  const direction = state.kind === 'answering' ? 'incoming' : 'outgoing';
  const active = { kind: 'active', peer, direction, answeredAtMs: nowMs, muted: false, sound } as const;
  return {
    state: move(state, { ...active, tones: '', soundBlocked: false, tonesRefused: false, hold: NOT_HELD }),
    effects: [],
  };
}

function hangUp(state: CallState): CallStep {
  // Nothing has left yet while the browser asks for the microphone: there is nobody to tell.
  if (state.kind === 'dialing' && (state.stage === 'microphone' || state.stage === 'refused')) {
    return { state: move(state, { kind: 'idle' }), effects: [{ kind: 'release-sound' }] };
  }
  if (state.kind === 'dialing' || state.kind === 'active') return { state, effects: [{ kind: 'hang-up' }] };
  return { state, effects: [] };
}

function ended(state: CallState, end: LineEnd, nowMs: number): CallStep {
  if (state.kind === 'idle' || state.kind === 'ended') return { state, effects: [{ kind: 'release-sound' }] };
  const direction =
    state.kind === 'active' ? state.direction : state.kind === 'dialing' ? 'outgoing' : 'incoming';
  const durationMs = state.kind === 'active' ? nowMs - state.answeredAtMs : null;
  const words = wordsOfEnd(end, direction, state.peer, state.kind === 'active');
  return {
    state: move(state, { kind: 'ended', peer: state.peer, direction, durationMs, ...words }),
    effects: [{ kind: 'release-sound' }, { kind: 'dismiss-after', ms: ENDED_SHOWN_MS }],
  };
}
