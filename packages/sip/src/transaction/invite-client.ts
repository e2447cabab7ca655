import type { SipRequest } from '../message.ts';
import { ackForFailure } from '../response.ts';
import {
  type ClientInput,
  type CommonAction,
  defaultTiming,
  deliver,
  type Edge,
  type Machine,
  type ResponseEvent,
  resend,
  responseEvent,
  type Step,
  send,
  stepBy,
  type TransactionEffect,
  type TransactionOptions,
  wake,
} from './machine.ts';

/*
 * INVITE client transaction (RFC 3261 17.1.1 as amended by RFC 6026 7.2)
 *
 *            INVITE, A, B
 *                 |         A: INVITE again
 *            +---------+------+
 *   B, error |         |<-----+
 *  +---------| calling |-------- 2xx ----------+
 *  |         +---------+--- 3xx-6xx: ACK --+   |
 *  |              | 1xx                    |   |
 *  |        +------------+                 |   |
 *  |   1xx +|            |---- 2xx --------|---+
 *  |       +| proceeding |- 3xx-6xx: ACK --+   |
 *  |        +------------+                 |   |
 *  |                            +-----------+ +----------+
 *  |                 3xx-6xx:  +|           | |          |+ 2xx: deliver
 *  |                     ACK   +| completed | | accepted |+
 *  |                            +-----------+ +----------+
 *  |         +------------+     D, error |       | M
 *  +-------->| terminated |<-------------+-------+
 *            +------------+
 */
export type InviteClientName = 'calling' | 'proceeding' | 'accepted' | 'completed' | 'terminated';

export interface InviteClientState {
  readonly name: InviteClientName;
  /** What the ACK of a failure is made of; undefined once there is a final response. */
  readonly request: SipRequest | undefined;
  /** What timer A waits next, in ms. */
  readonly intervalMs: number;
}

type Event = ResponseEvent | 'A' | 'B' | 'D' | 'M' | 'transport-error';
type Action = 'retransmit' | 'deliver' | 'accept' | 'fail' | 'acknowledge';
type Edges = Record<Event, Edge<InviteClientName, Action | CommonAction>>;

export const inviteClientTable = {
  calling: {
    '1xx': ['proceeding', 'deliver'],
    '2xx': ['accepted', 'accept'],
    '3xx-6xx': ['completed', 'fail'],
    A: ['calling', 'retransmit'],
    B: ['terminated', 'timeout'],
    D: ['calling', 'nothing'],
    M: ['calling', 'nothing'],
    'transport-error': ['terminated', 'break'],
  },
  proceeding: {
    '1xx': ['proceeding', 'deliver'],
    '2xx': ['accepted', 'accept'],
    '3xx-6xx': ['completed', 'fail'],
    A: ['proceeding', 'nothing'],
    B: ['proceeding', 'nothing'],
    D: ['proceeding', 'nothing'],
    M: ['proceeding', 'nothing'],
    // Nothing of ours is on its way here, and the answer may come over another connection.
    'transport-error': ['proceeding', 'nothing'],
  },
  accepted: {
    '1xx': ['accepted', 'nothing'],
    // RFC 6026 7.2: every 2xx goes up, of a fork or repeated; the user sends the ACK.
    '2xx': ['accepted', 'deliver'],
    '3xx-6xx': ['accepted', 'nothing'],
    A: ['accepted', 'nothing'],
    B: ['accepted', 'nothing'],
    D: ['accepted', 'nothing'],
    M: ['terminated', 'end'],
    'transport-error': ['accepted', 'nothing'],
  },
  completed: {
    '1xx': ['completed', 'nothing'],
    '2xx': ['completed', 'nothing'],
    '3xx-6xx': ['completed', 'acknowledge'],
    A: ['completed', 'nothing'],
    B: ['completed', 'nothing'],
    D: ['terminated', 'end'],
    M: ['completed', 'nothing'],
    'transport-error': ['terminated', 'break'],
  },
  terminated: {
    '1xx': ['terminated', 'nothing'],
    '2xx': ['terminated', 'nothing'],
    '3xx-6xx': ['terminated', 'nothing'],
    A: ['terminated', 'nothing'],
    B: ['terminated', 'nothing'],
    D: ['terminated', 'nothing'],
    M: ['terminated', 'nothing'],
    'transport-error': ['terminated', 'nothing'],
  },
} satisfies Record<InviteClientName, Edges>;

/** RFC 3261 17.1.1.2: timer D is at least 32 s over UDP, whatever T1 is. */
const timerDMs = 32_000;

function start(request: SipRequest, nowMs: number, options: TransactionOptions): Step<InviteClientState> {
  const { t1 } = options.timing ?? defaultTiming;
  const state: InviteClientState = { name: 'calling', request, intervalMs: t1 };
  const effects: TransactionEffect[] = [send(request)];
  if (!options.reliable) effects.push(wake('A', nowMs + t1));
  effects.push(wake('B', nowMs + 64 * t1));
  return { state, effects };
}

function eventOf(input: ClientInput): Event {
  if (input.kind === 'response') return responseEvent(input.response.status);
  if (input.kind === 'transport-error') return 'transport-error';
  if (input.timer === 'A' || input.timer === 'B' || input.timer === 'D' || input.timer === 'M')
    return input.timer;
  throw new Error(`An INVITE client transaction has no timer ${input.timer}`);
}

function act(
  state: InviteClientState,
  action: Action,
  input: ClientInput,
  nowMs: number,
  options: TransactionOptions,
): Step<InviteClientState> {
  const { t1 } = options.timing ?? defaultTiming;
  const response = input.kind === 'response' ? input.response : undefined;
  switch (action) {
    case 'retransmit': {
      // RFC 3261 17.1.1.2: the interval doubles without a limit; timer B ends it.
      const intervalMs = state.intervalMs * 2;
      const effects = [resend, wake('A', nowMs + intervalMs)];
      return { state: { ...state, intervalMs }, effects };
    }
    case 'deliver':
      return { state, effects: [deliver(response!)] };
    case 'accept':
      return {
        state: { ...state, request: undefined },
        effects: [deliver(response!), wake('M', nowMs + 64 * t1)],
      };
    case 'fail': {
      const ack = ackForFailure(state.request!, response!);
      const wait = options.reliable ? 0 : timerDMs;
      return {
        state: { ...state, request: undefined },
        effects: [deliver(response!), send(ack), wake('D', nowMs + wait)],
      };
    }
    case 'acknowledge':
      return { state, effects: [resend] };
    default:
      return action satisfies never;
  }
}

export const inviteClient: Machine<InviteClientState, ClientInput> = {
  start,
  step: stepBy<InviteClientState, ClientInput, InviteClientName, Event, Action>(
    inviteClientTable,
    eventOf,
    act,
  ),
};
