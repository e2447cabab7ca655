import type { SipMessage, SipRequest, SipResponse } from '../message.ts';

/** The timers of RFC 3261 table 4 and RFC 6026, by their letters; `trying` is the wait of RFC 4320 4.1. */
export type TimerName = 'A' | 'B' | 'D' | 'E' | 'F' | 'G' | 'H' | 'I' | 'J' | 'K' | 'L' | 'M' | 'trying';

/** Milliseconds; RFC 3261 17.1.1.1 and table 4. */
export interface Timing {
  /** Round-trip estimate. */
  readonly t1: number;
  /** Longest interval between retransmissions. */
  readonly t2: number;
  /** Longest time a message stays in the network. */
  readonly t4: number;
}

export const defaultTiming: Timing = { t1: 500, t2: 4000, t4: 5000 };

export interface TransactionOptions {
  /** True for TCP, TLS, WS and WSS: nothing is retransmitted and the waits for strays are zero. */
  readonly reliable: boolean;
  readonly timing?: Timing;
}

export type TerminationReason = 'normal' | 'timeout' | 'transport-error';

export type TransactionEffect =
  /** Put this on the wire. */
  | { readonly kind: 'send'; readonly message: SipMessage }
  /** Put on the wire once more what went out last. */
  | { readonly kind: 'resend' }
  /** Hand this to the transaction user. */
  | { readonly kind: 'deliver'; readonly message: SipMessage }
  /** Give the input `{kind: 'timer', timer}` at this time; a later wake of the same timer replaces it. */
  | { readonly kind: 'wake'; readonly timer: TimerName; readonly atMs: number }
  /** A message could not be sent, and the transaction goes on (RFC 6026 8.8). */
  | { readonly kind: 'transport-error' }
  /** The transaction user's response does not fit the state and was not sent. */
  | { readonly kind: 'refused'; readonly response: SipResponse }
  /** The end: forget the transaction and its timers. */
  | { readonly kind: 'terminated'; readonly reason: TerminationReason };

export interface Step<S> {
  readonly state: S;
  readonly effects: readonly TransactionEffect[];
}

export type ClientInput =
  | { readonly kind: 'response'; readonly response: SipResponse }
  | { readonly kind: 'timer'; readonly timer: TimerName }
  | { readonly kind: 'transport-error' };

export type ServerInput =
  /** The request again, or the ACK that belongs to it. */
  | { readonly kind: 'request'; readonly request: SipRequest }
  /** The transaction user's answer. */
  | { readonly kind: 'respond'; readonly response: SipResponse }
  | { readonly kind: 'timer'; readonly timer: TimerName }
  | { readonly kind: 'transport-error' };

/** One of the four transactions: nothing but functions, the state is with who runs it, and so is what was sent last. */
export interface Machine<S, I> {
  start(request: SipRequest, nowMs: number, options: TransactionOptions): Step<S>;
  step(state: S, input: I, nowMs: number, options: TransactionOptions): Step<S>;
}

/** What a table is indexed with, besides what each machine names itself. */
export type ResponseEvent = '1xx' | '2xx' | '3xx-6xx';

export function responseEvent(status: number): ResponseEvent {
  if (status < 200) return '1xx';
  return status < 300 ? '2xx' : '3xx-6xx';
}

/** One edge of a table: the next state and what is done on the way. */
export type Edge<State extends string, Action extends string> = readonly [State, Action];

export const send = (message: SipMessage): TransactionEffect => ({ kind: 'send', message });
export const resend: TransactionEffect = { kind: 'resend' };
export const deliver = (message: SipMessage): TransactionEffect => ({ kind: 'deliver', message });
export const wake = (timer: TimerName, atMs: number): TransactionEffect => ({ kind: 'wake', timer, atMs });
export const terminated = (reason: TerminationReason): TransactionEffect => ({ kind: 'terminated', reason });
export const refused = (response: SipResponse): TransactionEffect => ({ kind: 'refused', response });

/** What all machines do alike. Nobody changes an effect, so that one copy serves every transaction. */
const commonEffects = {
  nothing: [],
  end: [terminated('normal')],
  timeout: [terminated('timeout')],
  break: [terminated('transport-error')],
} satisfies Record<string, readonly TransactionEffect[]>;

/** The actions that a machine need not say itself. */
export type CommonAction = keyof typeof commonEffects;

const isCommon = (action: string): action is CommonAction => Object.hasOwn(commonEffects, action);

/**
 * The step of a machine: finds the edge, enters its state and does its action. `act` is for the machine's own actions.
 * That the table has no edge is a fault in the program, not on the wire, and throws.
 */
export function stepBy<
  S extends { readonly name: N },
  I,
  N extends string,
  E extends string,
  A extends string,
>(
  table: Record<N, Partial<Record<E, Edge<N, A | CommonAction>>>>,
  eventOf: (input: I, state: S, nowMs: number) => E,
  act: (state: S, action: A, input: I, nowMs: number, options: TransactionOptions) => Step<S>,
): Machine<S, I>['step'] {
  return (state, input, nowMs, options) => {
    const event = eventOf(input, state, nowMs);
    const edge = table[state.name][event];
    if (edge === undefined) throw new Error(`No edge for ${event} in state ${state.name}`);
    const [name, action] = edge;
    const entered = name === state.name ? state : { ...state, name };
    if (isCommon(action)) return { state: entered, effects: commonEffects[action] };
    return act(entered, action, input, nowMs, options);
  };
}
