import type { SipRequest, SipResponse } from '../message.ts';
import {
  type CommonAction,
  defaultTiming,
  deliver,
  type Edge,
  type Machine,
  type ResponseEvent,
  refused,
  resend,
  responseEvent,
  type ServerInput,
  type Step,
  send,
  stepBy,
  type TransactionEffect,
  type TransactionOptions,
  wake,
} from './machine.ts';

/*
 * INVITE server transaction (RFC 3261 17.2.1 as amended by RFC 6026 7.1)
 *
 *              INVITE: deliver
 *                    |
 *             +------------+  INVITE: last 1xx again
 *             | proceeding |+ 1xx of the user: send
 *             +------------+
 *   3xx-6xx of |          | 2xx of the user: send
 *   the user:  |          |
 *   send, G, H |          +---------------------+
 *        +-----------+  INVITE, G: send again   |
 *        | completed |+                   +----------+  2xx of the user: send
 *        +-----------+                    | accepted |+ ACK: deliver, INVITE: nothing
 *      H |     | ACK                      +----------+
 *        | +-----------+                        | L
 *        | | confirmed |+ INVITE, ACK: nothing  |
 *        | +-----------+                        |
 *        |     | I                              |
 *        v     v                                v
 *       +---------------------------------------------+
 *       |                 terminated                  |
 *       +---------------------------------------------+
 */
export type InviteServerName = 'proceeding' | 'accepted' | 'completed' | 'confirmed' | 'terminated';

export interface InviteServerState {
  readonly name: InviteServerName;
  /** Whether there is a response to repeat. */
  readonly responded: boolean;
  /** What timer G waits next, in ms. */
  readonly intervalMs: number;
}

type Event = 'INVITE' | 'ACK' | ResponseEvent | 'G' | 'H' | 'I' | 'L' | 'transport-error';
type Action =
  | 'repeat'
  | 'retransmit'
  | 'send'
  | 'accept'
  | 'fail'
  | 'confirm'
  | 'deliver'
  | 'refuse'
  | 'report';
type Edges = Record<Event, Edge<InviteServerName, Action | CommonAction>>;

export const inviteServerTable = {
  proceeding: {
    INVITE: ['proceeding', 'repeat'],
    ACK: ['proceeding', 'nothing'],
    '1xx': ['proceeding', 'send'],
    '2xx': ['accepted', 'accept'],
    '3xx-6xx': ['completed', 'fail'],
    G: ['proceeding', 'nothing'],
    H: ['proceeding', 'nothing'],
    I: ['proceeding', 'nothing'],
    L: ['proceeding', 'nothing'],
    'transport-error': ['proceeding', 'report'],
  },
  accepted: {
    INVITE: ['accepted', 'nothing'],
    ACK: ['accepted', 'deliver'],
    '1xx': ['accepted', 'refuse'],
    '2xx': ['accepted', 'send'],
    '3xx-6xx': ['accepted', 'refuse'],
    G: ['accepted', 'nothing'],
    H: ['accepted', 'nothing'],
    I: ['accepted', 'nothing'],
    L: ['terminated', 'end'],
    'transport-error': ['accepted', 'report'],
  },
  completed: {
    INVITE: ['completed', 'repeat'],
    ACK: ['confirmed', 'confirm'],
    '1xx': ['completed', 'refuse'],
    '2xx': ['completed', 'refuse'],
    '3xx-6xx': ['completed', 'refuse'],
    G: ['completed', 'retransmit'],
    H: ['terminated', 'timeout'],
    I: ['completed', 'nothing'],
    L: ['completed', 'nothing'],
    'transport-error': ['completed', 'report'],
  },
  confirmed: {
    INVITE: ['confirmed', 'nothing'],
    ACK: ['confirmed', 'nothing'],
    '1xx': ['confirmed', 'refuse'],
    '2xx': ['confirmed', 'refuse'],
    '3xx-6xx': ['confirmed', 'refuse'],
    G: ['confirmed', 'nothing'],
    H: ['confirmed', 'nothing'],
    I: ['terminated', 'end'],
    L: ['confirmed', 'nothing'],
    'transport-error': ['confirmed', 'nothing'],
  },
  terminated: {
    INVITE: ['terminated', 'nothing'],
    ACK: ['terminated', 'nothing'],
    '1xx': ['terminated', 'refuse'],
    '2xx': ['terminated', 'refuse'],
    '3xx-6xx': ['terminated', 'refuse'],
    G: ['terminated', 'nothing'],
    H: ['terminated', 'nothing'],
    I: ['terminated', 'nothing'],
    L: ['terminated', 'nothing'],
    'transport-error': ['terminated', 'nothing'],
  },
} satisfies Record<InviteServerName, Edges>;

function start(request: SipRequest, _nowMs: number, options: TransactionOptions): Step<InviteServerState> {
  const { t1 } = options.timing ?? defaultTiming;
  return { state: { name: 'proceeding', responded: false, intervalMs: t1 }, effects: [deliver(request)] };
}

function eventOf(input: ServerInput): Event {
  switch (input.kind) {
    case 'request':
      return input.request.method === 'ACK' ? 'ACK' : 'INVITE';
    case 'respond':
      return responseEvent(input.response.status);
    case 'transport-error':
      return 'transport-error';
    case 'timer':
      if (input.timer === 'G' || input.timer === 'H' || input.timer === 'I' || input.timer === 'L')
        return input.timer;
      throw new Error(`An INVITE server transaction has no timer ${input.timer}`);
    default:
      return input satisfies never;
  }
}

function failed(state: InviteServerState, response: SipResponse, nowMs: number, options: TransactionOptions) {
  const { t1 } = options.timing ?? defaultTiming;
  const effects: TransactionEffect[] = [send(response)];
  // RFC 3261 26.3.2.4: a challenge repeated by itself would go on to whoever the sender claims to be.
  const isChallenge = response.status === 401 || response.status === 407;
  if (!options.reliable && !isChallenge) effects.push(wake('G', nowMs + t1));
  effects.push(wake('H', nowMs + 64 * t1));
  return { state: { ...state, responded: true }, effects };
}

function act(
  state: InviteServerState,
  action: Action,
  input: ServerInput,
  nowMs: number,
  options: TransactionOptions,
): Step<InviteServerState> {
  const { t1, t2, t4 } = options.timing ?? defaultTiming;
  const response = input.kind === 'respond' ? input.response : undefined;
  switch (action) {
    case 'repeat':
      return { state, effects: state.responded ? [resend] : [] };
    case 'retransmit': {
      const intervalMs = Math.min(state.intervalMs * 2, t2);
      return {
        state: { ...state, intervalMs },
        effects: [resend, wake('G', nowMs + intervalMs)],
      };
    }
    case 'send':
      return { state: state.responded ? state : { ...state, responded: true }, effects: [send(response!)] };
    case 'accept':
      return { state, effects: [send(response!), wake('L', nowMs + 64 * t1)] };
    case 'fail':
      return failed(state, response!, nowMs, options);
    case 'confirm':
      return { state, effects: [wake('I', nowMs + (options.reliable ? 0 : t4))] };
    case 'deliver':
      return { state, effects: input.kind === 'request' ? [deliver(input.request)] : [] };
    case 'refuse':
      return { state, effects: [refused(response!)] };
    case 'report':
      return { state, effects: [{ kind: 'transport-error' }] };
    default:
      return action satisfies never;
  }
}

export const inviteServer: Machine<InviteServerState, ServerInput> = {
  start,
  step: stepBy<InviteServerState, ServerInput, InviteServerName, Event, Action>(
    inviteServerTable,
    eventOf,
    act,
  ),
};
