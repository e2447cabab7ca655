import type { SipHeader, SipRequest, SipResponse } from '../message.ts';
import type { Branch, BranchTimer } from './branch.ts';

export interface ResponseContextOptions {
  /** As it came; answers that no target gave are made from it. */
  readonly request: SipRequest;
  /** To tag of those answers. */
  readonly toTag: string;
  /** All targets at once, or each after the one before it failed. */
  readonly simultaneous: boolean;
  readonly followRedirects: boolean;
  /** How long a target may be silent, in ms. */
  readonly provisionalMs?: number;
  /** How long it may take to answer, in ms. */
  readonly finalMs?: number;
  /** RFC 3261 16.6 step 11: more than three minutes. */
  readonly timerCMs: number;
  /** How many targets there may ever be, those of redirects included. */
  readonly maxTargets: number;
}

/** What a proxy knows of a request it forwarded (RFC 3261 16: the response context). */
export interface ResponseContextState {
  readonly options: ResponseContextOptions;
  readonly branches: readonly Branch[];
  /** A final answer went upstream; only 2xx follow it. */
  readonly decided: boolean;
  /** No further target is tried. */
  readonly stopped: boolean;
  /** The caller called it off. */
  readonly cancelled: boolean;
}

export type ResponseContextInput =
  /** From a target, our Via taken off. */
  | { readonly kind: 'response'; readonly branch: number; readonly response: SipResponse }
  /** No answer will come (RFC 3261 16.9): 408 timeout, 503 not reachable, 487 cancelled and silent. */
  | { readonly kind: 'lost'; readonly branch: number; readonly status: 408 | 487 | 503 }
  | { readonly kind: 'timer'; readonly branch: number; readonly timer: BranchTimer }
  /** The caller's CANCEL, with the Reason it gave. */
  | { readonly kind: 'cancel'; readonly headers: readonly SipHeader[] };

export type ResponseContextEffect =
  /** Forward the request to this target. */
  | { readonly kind: 'launch'; readonly branch: Branch }
  /** Call its client transaction off (RFC 3261 16.10); a request other than INVITE is just not waited for. */
  | { readonly kind: 'cancel'; readonly branch: number; readonly headers: readonly SipHeader[] }
  /** Give the input `timer` at this time. */
  | { readonly kind: 'wake'; readonly branch: number; readonly timer: BranchTimer; readonly atMs: number }
  /** Forget the timers of this branch. */
  | { readonly kind: 'rest'; readonly branch: number }
  /** Send this to the caller. */
  | { readonly kind: 'forward'; readonly response: SipResponse }
  /** Leave the caller without an answer (RFC 4320 4.2). */
  | { readonly kind: 'silence' }
  /** A target gave its final answer. */
  | { readonly kind: 'report'; readonly branch: number; readonly response: SipResponse }
  /** The search ended with a challenge: the retry with credentials has to go to this target. */
  | { readonly kind: 'challenged'; readonly target: string; readonly response: SipResponse }
  /** The caller has its answer; what comes after it are late 2xx. */
  | { readonly kind: 'done' };

export interface ResponseContextStep {
  readonly state: ResponseContextState;
  readonly effects: readonly ResponseContextEffect[];
}
