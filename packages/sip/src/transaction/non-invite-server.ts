import type { SipRequest } from '../message.ts';
import { responseTo } from '../response.ts';
import {
  type CommonAction,
  defaultTiming,
  deliver,
  type Edge,
  type Machine,
  refused,
  resend,
  type ServerInput,
  type Step,
  send,
  stepBy,
  type Timing,
  type TransactionOptions,
  wake,
} from './machine.ts';

/*
 * Non-INVITE server transaction (RFC 3261 17.2.2 with RFC 4320 4)
 *
 *           request: deliver
 *                  |
 *             +--------+ request: nothing
 *             | trying |--- 200-699 of the user: send, J --+
 *             +--------+                                   |
 *                  | 100 of the user: send; trying: 100     |
 *           +------------+ request: 100 again              |
 *           | proceeding |--- 200-699 of the user: send, J |
 *           +------------+            |                    |
 *                  | error      +-----------+ <------------+
 *                  |            | completed |  request: send again
 *                  v            +-----------+
 *           +------------+            | J, error
 *           | terminated |<-----------+
 *           +------------+
 */
export type NonInviteServerName = 'trying' | 'proceeding' | 'completed' | 'terminated';

export interface NonInviteServerState {
  readonly name: NonInviteServerName;
  /** What a 100 is made of; undefined once it is answered. */
  readonly request: SipRequest | undefined;
  /** Over UDP no 100 may go out before this time (RFC 4320 4.1). */
  readonly tryingFromMs: number;
}

type Event = 'request' | '100' | 'final' | 'forbidden' | 'trying' | 'J' | 'transport-error';
type Action = 'repeat' | 'send' | 'trying' | 'complete' | 'refuse';
type Edges = Record<Event, Edge<NonInviteServerName, Action | CommonAction>>;

export const nonInviteServerTable = {
  trying: {
    request: ['trying', 'nothing'],
    '100': ['proceeding', 'send'],
    final: ['completed', 'complete'],
    forbidden: ['trying', 'refuse'],
    trying: ['proceeding', 'trying'],
    J: ['trying', 'nothing'],
    'transport-error': ['trying', 'nothing'],
  },
  proceeding: {
    request: ['proceeding', 'repeat'],
    '100': ['proceeding', 'send'],
    final: ['completed', 'complete'],
    forbidden: ['proceeding', 'refuse'],
    trying: ['proceeding', 'nothing'],
    J: ['proceeding', 'nothing'],
    'transport-error': ['terminated', 'break'],
  },
  completed: {
    request: ['completed', 'repeat'],
    '100': ['completed', 'refuse'],
    final: ['completed', 'refuse'],
    forbidden: ['completed', 'refuse'],
    trying: ['completed', 'nothing'],
    J: ['terminated', 'end'],
    'transport-error': ['terminated', 'break'],
  },
  terminated: {
    request: ['terminated', 'nothing'],
    '100': ['terminated', 'refuse'],
    final: ['terminated', 'refuse'],
    forbidden: ['terminated', 'refuse'],
    trying: ['terminated', 'nothing'],
    J: ['terminated', 'nothing'],
    'transport-error': ['terminated', 'nothing'],
  },
} satisfies Record<NonInviteServerName, Edges>;

/** When the sender's timer E has grown to T2: the earliest moment of a 100 over UDP, and when one should go out (RFC 4320 4.1). */
export function nonInviteTryingDelayMs({ t1, t2 }: Timing = defaultTiming): number {
  let elapsedMs = 0;
  for (let intervalMs = t1; intervalMs < t2; intervalMs *= 2) elapsedMs += intervalMs;
  return elapsedMs;
}

function start(request: SipRequest, nowMs: number, options: TransactionOptions): Step<NonInviteServerState> {
  const dueMs = nowMs + nonInviteTryingDelayMs(options.timing);
  const tryingFromMs = options.reliable ? nowMs : dueMs;
  return {
    state: { name: 'trying', request, tryingFromMs },
    // RFC 4320 4.1: a sender that still waits then is told so, over every transport.
    effects: [deliver(request), wake('trying', dueMs)],
  };
}

/** RFC 4320 4.1, 4.2: no provisional but 100, that one not early over UDP, and no 408. */
function respondEvent(state: NonInviteServerState, status: number, nowMs: number): Event {
  if (status === 100) return nowMs >= state.tryingFromMs ? '100' : 'forbidden';
  return status < 200 || status === 408 ? 'forbidden' : 'final';
}

function eventOf(input: ServerInput, state: NonInviteServerState, nowMs: number): Event {
  switch (input.kind) {
    case 'request':
      return 'request';
    case 'respond':
      return respondEvent(state, input.response.status, nowMs);
    case 'transport-error':
      return 'transport-error';
    case 'timer':
      if (input.timer === 'J' || input.timer === 'trying') return input.timer;
      throw new Error(`A non-INVITE server transaction has no timer ${input.timer}`);
    default:
      return input satisfies never;
  }
}

function act(
  state: NonInviteServerState,
  action: Action,
  input: ServerInput,
  nowMs: number,
  options: TransactionOptions,
): Step<NonInviteServerState> {
  const { t1 } = options.timing ?? defaultTiming;
  const response = input.kind === 'respond' ? input.response : undefined;
  switch (action) {
    case 'repeat':
      return { state, effects: [resend] };
    case 'send':
      return { state, effects: [send(response!)] };
    case 'trying':
      return { state, effects: [send(responseTo(state.request!, 100))] };
    case 'complete': {
      const wait = options.reliable ? 0 : 64 * t1;
      return { state: { ...state, request: undefined }, effects: [send(response!), wake('J', nowMs + wait)] };
    }
    case 'refuse':
      return { state, effects: [refused(response!)] };
    default:
      return action satisfies never;
  }
}

export const nonInviteServer: Machine<NonInviteServerState, ServerInput> = {
  start,
  step: stepBy<NonInviteServerState, ServerInput, NonInviteServerName, Event, Action>(
    nonInviteServerTable,
    eventOf,
    act,
  ),
};
