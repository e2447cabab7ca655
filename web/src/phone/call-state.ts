import type { Trouble } from '../api/problem-error.ts';

/** Whoever is at the other end, as the SIP headers name it: text from the network. */
export interface Peer {
  number: string;
  displayName: string | null;
}

export type Direction = 'incoming' | 'outgoing';

/** What this page sends: the microphone, or silence when it has none to give. */
export type Sound = 'microphone' | 'silence';

/**
 * One call of the page; `CallsState` has them all.
 *
 *            ┌──▶ incoming ⇄ answering ──┐
 *   idle ────┤                           ├──▶ active ──▶ ended ──▶ idle
 *            └──▶ dialing ───────────────┘
 *
 * `incoming`, `answering` and `dialing` may go to `ended` as well, and `ended` straight to a new call.
 */
export type CallState =
  | { kind: 'idle' }
  | { kind: 'incoming'; peer: Peer; sinceMs: number; refusal: Trouble | null }
  | {
      kind: 'answering';
      peer: Peer;
      sinceMs: number;
      stage: 'microphone' | 'connecting';
      sound: Sound;
      automatic: boolean;
    }
  | { kind: 'dialing'; peer: Peer; sinceMs: number; stage: DialStage; sound: Sound; refusal: Trouble | null }
  | ActiveCall
  | EndedCall;

/** `refused`: the microphone was; the user decides whether to listen only. */
export type DialStage = 'microphone' | 'refused' | 'trying' | 'ringing';

export interface ActiveCall {
  kind: 'active';
  peer: Peer;
  direction: Direction;
  answeredAtMs: number;
  muted: boolean;
  sound: Sound;
  /** Digits sent so far. */
  tones: string;
  /** The browser waits for a click before it plays the other side. */
  soundBlocked: boolean;
  /** The other side takes no telephone-events, so that keys have no effect. */
  tonesRefused: boolean;
  hold: Hold;
}

/** Who has put the other on hold (RFC 3264 8.4): each side for itself. */
export interface Hold {
  /** What our user wishes; true from the click on. */
  wanted: boolean;
  /** Our re-INVITE is on its way. */
  asking: boolean;
  /** What was agreed to: `us` takes no sound of theirs, `them` none of ours. */
  us: boolean;
  them: boolean;
}

export const NOT_HELD: Hold = { wanted: false, asking: false, us: false, them: false };

export interface EndedCall {
  kind: 'ended';
  peer: Peer;
  direction: Direction;
  sentence: string;
  remedy: string | null;
  failed: boolean;
  busy: boolean;
  /** From answer to end; null when nobody answered. */
  durationMs: number | null;
}

export type CallKind = CallState['kind'];

const EDGES = {
  idle: ['incoming', 'dialing'],
  incoming: ['incoming', 'answering', 'ended'],
  answering: ['answering', 'incoming', 'active', 'ended'],
  dialing: ['dialing', 'active', 'ended', 'idle'],
  active: ['active', 'ended'],
  ended: ['idle', 'incoming', 'dialing'],
} as const satisfies Record<CallKind, readonly CallKind[]>;

/** The next state, if the diagram has that edge; a missing edge is a bug of ours. */
export function move(from: CallState, to: CallState): CallState {
  const allowed: readonly CallKind[] = EDGES[from.kind];
  if (!allowed.includes(to.kind)) throw new Error(`A call cannot go from ${from.kind} to ${to.kind}`);
  return to;
}
