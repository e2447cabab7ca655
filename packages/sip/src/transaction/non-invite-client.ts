import type { SipRequest } from '../message.ts';
import {
  type ClientInput,
  type CommonAction,
  defaultTiming,
  deliver,
  type Edge,
  type Machine,
  resend,
  type Step,
  send,
  stepBy,
  type TransactionEffect,
  type TransactionOptions,
  wake,
} from './machine.ts';

/*
 * Non-INVITE client transaction (RFC 3261 17.1.2)
 *
 *            request, E, F
 *                 |           E: request again
 *            +---------+--------+
 *            |  trying |<-------+
 *  F, error  +---------+--- 200-699: deliver --+
 *  +--------------| 1xx: deliver               |
 *  |        +------------+  E: again, at T2    |
 *  |   1xx +|            |+                    |
 *  |       +| proceeding |+- 200-699: deliver -+
 *  |        +------------+                     |
 *  | F, error     |                      +-----------+
 *  |              |                      | completed |
 *  |              v                      +-----------+
 *  |         +------------+          K         |
 *  +-------->| terminated |<-------------------+
 *            +------------+
 */
export type NonInviteClientName = 'trying' | 'proceeding' | 'completed' | 'terminated';

export interface NonInviteClientState {
  readonly name: NonInviteClientName;
  /** What timer E waits next, in ms. */
  readonly intervalMs: number;
}

type Event = '1xx' | 'final' | 'E' | 'F' | 'K' | 'transport-error';
type Action = 'retransmit' | 'retransmit-slowly' | 'deliver' | 'complete';
type Edges = Record<Event, Edge<NonInviteClientName, Action | CommonAction>>;

export const nonInviteClientTable = {
  trying: {
    '1xx': ['proceeding', 'deliver'],
    final: ['completed', 'complete'],
    E: ['trying', 'retransmit'],
    F: ['terminated', 'timeout'],
    K: ['trying', 'nothing'],
    'transport-error': ['terminated', 'break'],
  },
  proceeding: {
    '1xx': ['proceeding', 'deliver'],
    final: ['completed', 'complete'],
    E: ['proceeding', 'retransmit-slowly'],
    F: ['terminated', 'timeout'],
    K: ['proceeding', 'nothing'],
    'transport-error': ['terminated', 'break'],
  },
  completed: {
    '1xx': ['completed', 'nothing'],
    final: ['completed', 'nothing'],
    E: ['completed', 'nothing'],
    F: ['completed', 'nothing'],
    K: ['terminated', 'end'],
    'transport-error': ['completed', 'nothing'],
  },
  terminated: {
    '1xx': ['terminated', 'nothing'],
    final: ['terminated', 'nothing'],
    E: ['terminated', 'nothing'],
    F: ['terminated', 'nothing'],
    K: ['terminated', 'nothing'],
    'transport-error': ['terminated', 'nothing'],
  },
} satisfies Record<NonInviteClientName, Edges>;

function start(request: SipRequest, nowMs: number, options: TransactionOptions): Step<NonInviteClientState> {
  const { t1 } = options.timing ?? defaultTiming;
  const effects: TransactionEffect[] = [send(request)];
  if (!options.reliable) effects.push(wake('E', nowMs + t1));
  effects.push(wake('F', nowMs + 64 * t1));
  return { state: { name: 'trying', intervalMs: t1 }, effects };
}

function eventOf(input: ClientInput): Event {
  if (input.kind === 'response') return input.response.status < 200 ? '1xx' : 'final';
  if (input.kind === 'transport-error') return 'transport-error';
  if (input.timer === 'E' || input.timer === 'F' || input.timer === 'K') return input.timer;
  throw new Error(`A non-INVITE client transaction has no timer ${input.timer}`);
}

function act(
  state: NonInviteClientState,
  action: Action,
  input: ClientInput,
  nowMs: number,
  options: TransactionOptions,
): Step<NonInviteClientState> {
  const { t2, t4 } = options.timing ?? defaultTiming;
  const response = input.kind === 'response' ? input.response : undefined;
  switch (action) {
    case 'retransmit':
    case 'retransmit-slowly': {
      // RFC 3261 17.1.2.2: doubling up to T2; after a provisional response T2 at once.
      const intervalMs = action === 'retransmit' ? Math.min(state.intervalMs * 2, t2) : t2;
      const effects = [resend, wake('E', nowMs + intervalMs)];
      return { state: { ...state, intervalMs }, effects };
    }
    case 'deliver':
      return { state, effects: [deliver(response!)] };
    case 'complete':
      return { state, effects: [deliver(response!), wake('K', nowMs + (options.reliable ? 0 : t4))] };
    default:
      return action satisfies never;
  }
}

export const nonInviteClient: Machine<NonInviteClientState, ClientInput> = {
  start,
  step: stepBy<NonInviteClientState, ClientInput, NonInviteClientName, Event, Action>(
    nonInviteClientTable,
    eventOf,
    act,
  ),
};
