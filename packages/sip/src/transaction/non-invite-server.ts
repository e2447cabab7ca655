import type { SipRequest, SipResponse } from '../message.ts';
import {
  defaultTiming,
  deliver,
  type Edge,
  edgeOf,
  resend,
  type ServerInput,
  type Step,
  send,
  type Timing,
  type TransactionOptions,
  terminated,
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
 *                  | 100 of the user: send                 |
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
  readonly last: SipResponse | undefined;
  /** Over UDP no 100 may go out before this time (RFC 4320 4.1). */
  readonly tryingFromMs: number;
}

type Event = 'request' | '100' | 'final' | 'forbidden' | 'J' | 'transport-error';
type Action = 'repeat' | 'send' | 'complete' | 'refuse' | 'end' | 'break' | 'nothing';
type Edges = Record<Event, Edge<NonInviteServerName, Action>>;

export const nonInviteServerTable = {
  trying: {
    request: ['trying', 'nothing'],
    '100': ['proceeding', 'send'],
    final: ['completed', 'complete'],
    forbidden: ['trying', 'refuse'],
    J: ['trying', 'nothing'],
    'transport-error': ['trying', 'nothing'],
  },
  proceeding: {
    request: ['proceeding', 'repeat'],
    '100': ['proceeding', 'send'],
    final: ['completed', 'complete'],
    forbidden: ['proceeding', 'refuse'],
    J: ['proceeding', 'nothing'],
    'transport-error': ['terminated', 'break'],
  },
  completed: {
    request: ['completed', 'repeat'],
    '100': ['completed', 'refuse'],
    final: ['completed', 'refuse'],
    forbidden: ['completed', 'refuse'],
    J: ['terminated', 'end'],
    'transport-error': ['terminated', 'break'],
  },
  terminated: {
    request: ['terminated', 'nothing'],
    '100': ['terminated', 'refuse'],
    final: ['terminated', 'refuse'],
    forbidden: ['terminated', 'refuse'],
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
  const tryingFromMs = options.reliable ? nowMs : nowMs + nonInviteTryingDelayMs(options.timing);
  return { state: { name: 'trying', last: undefined, tryingFromMs }, effects: [deliver(request)] };
}

/** RFC 4320 4.1, 4.2: no provisional but 100, that one not early over UDP, and no 408. */
function respondEvent(state: NonInviteServerState, status: number, nowMs: number): Event {
  if (status === 100) return nowMs >= state.tryingFromMs ? '100' : 'forbidden';
  return status < 200 || status === 408 ? 'forbidden' : 'final';
}

function eventOf(state: NonInviteServerState, input: ServerInput, nowMs: number): Event {
  switch (input.kind) {
    case 'request':
      return 'request';
    case 'respond':
      return respondEvent(state, input.response.status, nowMs);
    case 'transport-error':
      return 'transport-error';
    case 'timer':
      if (input.timer === 'J') return 'J';
      throw new Error(`A non-INVITE server transaction has no timer ${input.timer}`);
    default:
      return input satisfies never;
  }
}

function step(
  state: NonInviteServerState,
  input: ServerInput,
  nowMs: number,
  options: TransactionOptions,
): Step<NonInviteServerState> {
  const event = eventOf(state, input, nowMs);
  const [name, action] = edgeOf<NonInviteServerName, Event, Action>(nonInviteServerTable, state.name, event);
  const response = input.kind === 'respond' ? input.response : undefined;
  return act({ ...state, name }, action, response, nowMs, options);
}

function act(
  state: NonInviteServerState,
  action: Action,
  response: SipResponse | undefined,
  nowMs: number,
  options: TransactionOptions,
): Step<NonInviteServerState> {
  const { t1 } = options.timing ?? defaultTiming;
  switch (action) {
    case 'repeat':
      return { state, effects: [resend(state.last!)] };
    case 'send':
      return { state: { ...state, last: response! }, effects: [send(response!)] };
    case 'complete': {
      const wait = options.reliable ? 0 : 64 * t1;
      return { state: { ...state, last: response! }, effects: [send(response!), wake('J', nowMs + wait)] };
    }
    case 'refuse':
      return { state, effects: [{ kind: 'refused', response: response! }] };
    case 'end':
      return { state, effects: [terminated('normal')] };
    case 'break':
      return { state, effects: [terminated('transport-error')] };
    case 'nothing':
      return { state, effects: [] };
    default:
      return action satisfies never;
  }
}

export const nonInviteServer = { start, step };
