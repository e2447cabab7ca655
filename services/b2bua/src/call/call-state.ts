import type { CallEnd, LegState } from '@ringback/contracts';
import type { LegFailure } from './best-response.ts';
import type { AbortCause } from './call-end.ts';

/**
 *   dialing --1xx--> ringing --200--> answering --our 200 is out--> answered
 *      |  \____________200____________/    |                            |
 *      v              v                    v                            v
 *    ending / ended  <---- refused, cancelled, no answer, BYE, abort ---+
 *
 * `ending`: what ended the call is settled, but a branch that was cancelled owes its final response.
 */
export type CallPhase = 'dialing' | 'ringing' | 'answering' | 'answered' | 'ending' | 'ended';

/** The caller's leg, or the id of a callee's leg. */
export type LegRef = 'caller' | (string & {});

/** A branch of the fork (RFC 3261 16.6). `canceled`: a CANCEL for it has been sent. */
export interface CalleeLeg {
  readonly id: string;
  readonly state: LegState;
  readonly sipStatus: number | null;
  readonly canceled: boolean;
}

export interface CallState {
  readonly phase: CallPhase;
  /** Groups of legs still to be tried; the legs of one group ring together. */
  readonly waiting: readonly (readonly string[])[];
  readonly legs: readonly CalleeLeg[];
  readonly failures: readonly LegFailure[];
  /** The leg that answered first. */
  readonly winner: string | undefined;
  readonly end: CallEnd | undefined;
  readonly endedAtMs: number | undefined;
}

export type CallInput =
  /** A response to the INVITE of a leg above 100 and below 200. */
  | { kind: 'leg-progress'; leg: string; sipStatus: number }
  | { kind: 'leg-answered'; leg: string }
  | { kind: 'leg-failed'; leg: string; sipStatus: number; reason?: string }
  | { kind: 'caller-connected' }
  | { kind: 'caller-canceled'; reason?: string }
  /** `byServer`: not the phone but the SIP server has sent it, to the phone. */
  | { kind: 'bye'; leg: LegRef; reason?: string; byServer?: boolean }
  | { kind: 'no-answer' }
  | { kind: 'settled' }
  | { kind: 'abort'; cause: AbortCause; sentence?: string };

export type CallInputKind = CallInput['kind'];

export type CallTimer = 'no-answer' | 'settled';

export type CallEffect =
  | { kind: 'invite'; legs: readonly string[] }
  | { kind: 'ring-caller' }
  | { kind: 'answer-caller'; leg: string }
  | { kind: 'reject-caller'; sipStatus: number; q850Cause: number; sentence: string }
  | { kind: 'cancel'; leg: string; reason: string | undefined }
  | { kind: 'bye'; leg: LegRef; reason: string | undefined }
  | { kind: 'leg-changed'; leg: LegRef; state: LegState; sipStatus: number | null }
  | { kind: 'ringing' }
  | { kind: 'answered' }
  /** Media of all legs is no longer needed; its statistics belong to the record. */
  | { kind: 'release-media' }
  | { kind: 'ended'; end: CallEnd; endedAtMs: number }
  | { kind: 'start-timer'; timer: CallTimer; afterMs: number }
  | { kind: 'stop-timer'; timer: CallTimer };

export interface CallStep {
  readonly state: CallState;
  readonly effects: readonly CallEffect[];
}

/** How long phones ring before the call ends as not answered. */
export const NO_ANSWER_MS = 30_000;
/** How long an ended call waits for the final responses of the branches it cancelled. */
export const SETTLE_MS = 1_000;

/** The legs whose INVITE has no final response yet. */
export function pendingLegs(state: CallState): CalleeLeg[] {
  return state.legs.filter((leg) => leg.state !== 'confirmed' && leg.state !== 'terminated');
}

export function legOf(state: CallState, id: string): CalleeLeg | undefined {
  return state.legs.find((leg) => leg.id === id);
}

export function withLeg(state: CallState, id: string, change: Partial<CalleeLeg>): CallState {
  return { ...state, legs: state.legs.map((leg) => (leg.id === id ? { ...leg, ...change } : leg)) };
}

/** For what crosses on the wire and comes too late to matter. */
export function ignore(state: CallState): CallStep {
  return { state, effects: [] };
}
