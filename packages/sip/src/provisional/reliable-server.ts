import { appendHeader, type SipResponse, withHeader } from '../message.ts';
import { namesOption } from '../option-tag.ts';
import type { RAck } from '../scalar.ts';
import { carriesSession } from '../session-body.ts';
import { defaultTiming, type Edge, type Timing } from '../transaction/machine.ts';

/*
 * The reliable provisional responses of one INVITE, at the called side (RFC 3262 3)
 *
 *            1xx: number, send             1xx: number, queue
 *   +------+ ---------------> +----------------+ timer R: again
 *   | idle |                  | unacknowledged |+ PRACK and another waits: send that
 *   +------+ <--------------- +----------------+ 2xx while a session description waits: hold
 *       |         PRACK          |           |
 *       | final            final |           | timer X: refuse the INVITE
 *       v                        v           v
 *   +-----------------------------------------+
 *   |                closed                   |+ PRACK of the last one
 *   +-----------------------------------------+
 */
export type ReliableServerName = 'idle' | 'unacknowledged' | 'closed';

export interface ReliableServerState {
  readonly name: ReliableServerName;
  /** CSeq number of the INVITE. */
  readonly inviteSequence: number;
  readonly nextRSeq: number;
  /** Not yet acknowledged: the first is on the wire, the others wait for it. */
  readonly waiting: readonly NumberedResponse[];
  /** What timer R waits next, in ms. */
  readonly intervalMs: number;
}

export interface NumberedResponse {
  readonly rseq: number;
  readonly response: SipResponse;
}

/** R: send again, X: the peer has had long enough. */
export type ReliableTimer = 'R' | 'X';

export type ReliableServerInput =
  /** A provisional response that shall be reliable, still without RSeq. */
  | { readonly kind: 'provisional'; readonly response: SipResponse }
  | { readonly kind: 'final'; readonly status: number }
  /** A PRACK with this RAck; undefined when it could not be read. */
  | { readonly kind: 'prack'; readonly rack: RAck | undefined }
  | { readonly kind: 'timer'; readonly timer: ReliableTimer };

export type ReliableServerEffect =
  | { readonly kind: 'send'; readonly response: SipResponse; readonly retransmission: boolean }
  /** It got its number and is sent when those before it are acknowledged. */
  | { readonly kind: 'queued'; readonly response: SipResponse }
  /** Not taken: the INVITE has its final answer, or too many wait. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'wake'; readonly timer: ReliableTimer; readonly atMs: number }
  /** No timer is needed any more. */
  | { readonly kind: 'rest' }
  /** The PRACK is for one of these responses, and gets 200. */
  | { readonly kind: 'acknowledged' }
  /** The PRACK is for none, and gets 481. */
  | { readonly kind: 'stray' }
  /** The final response has to wait: give it again when a PRACK was acknowledged. */
  | { readonly kind: 'hold' }
  /** Nobody acknowledges: the INVITE gets a 5xx. */
  | { readonly kind: 'refuse-invite' };

export interface ReliableServerStep {
  readonly state: ReliableServerState;
  readonly effects: readonly ReliableServerEffect[];
}

/** `prack` is of the last that waits, `prack-more` of one that others wait for. */
type Event = 'provisional' | 'final' | 'early-2xx' | 'prack' | 'prack-more' | 'stray' | 'R' | 'X';
type Action =
  | 'take'
  | 'hold'
  | 'acknowledge'
  | 'acknowledge-and-send'
  | 'stray'
  | 'repeat'
  | 'close'
  | 'expire'
  | 'refuse'
  | 'nothing';
type Edges = Record<Event, Edge<ReliableServerName, Action>>;

export const reliableServerTable = {
  idle: {
    provisional: ['unacknowledged', 'take'],
    final: ['closed', 'nothing'],
    'early-2xx': ['closed', 'nothing'],
    prack: ['idle', 'stray'],
    'prack-more': ['idle', 'stray'],
    stray: ['idle', 'stray'],
    R: ['idle', 'nothing'],
    X: ['idle', 'nothing'],
  },
  unacknowledged: {
    provisional: ['unacknowledged', 'take'],
    final: ['closed', 'close'],
    'early-2xx': ['unacknowledged', 'hold'],
    prack: ['idle', 'acknowledge'],
    'prack-more': ['unacknowledged', 'acknowledge-and-send'],
    stray: ['unacknowledged', 'stray'],
    R: ['unacknowledged', 'repeat'],
    X: ['closed', 'expire'],
  },
  closed: {
    provisional: ['closed', 'refuse'],
    final: ['closed', 'nothing'],
    'early-2xx': ['closed', 'nothing'],
    // RFC 3262 3: a PRACK that met the final response on its way is still a good one.
    prack: ['closed', 'acknowledge'],
    'prack-more': ['closed', 'acknowledge'],
    stray: ['closed', 'stray'],
    R: ['closed', 'nothing'],
    X: ['closed', 'nothing'],
  },
} satisfies Record<ReliableServerName, Edges>;

/** How many responses may wait for a PRACK. */
const maxWaiting = 16;

/** `firstRSeq` is a random number from 1 to 2^31-1 (RFC 3262 3). */
function start(inviteSequence: number, firstRSeq: number): ReliableServerState {
  return { name: 'idle', inviteSequence, nextRSeq: firstRSeq, waiting: [], intervalMs: 0 };
}

function eventOf({ waiting, inviteSequence }: ReliableServerState, input: ReliableServerInput): Event {
  switch (input.kind) {
    case 'provisional':
      return 'provisional';
    case 'final': {
      const offers = waiting.some(({ response }) => carriesSession(response));
      return input.status < 300 && offers ? 'early-2xx' : 'final';
    }
    case 'prack': {
      const { rseq, cseq } = input.rack ?? {};
      const isOfInvite = cseq?.sequence === inviteSequence && cseq.method === 'INVITE';
      if (!isOfInvite || rseq !== waiting[0]?.rseq) return 'stray';
      return waiting.length === 1 ? 'prack' : 'prack-more';
    }
    case 'timer':
      return input.timer;
    default:
      return input satisfies never;
  }
}

function numbered(response: SipResponse, rseq: number): SipResponse {
  const required = namesOption(response, 'Require', '100rel')
    ? response
    : appendHeader(response, 'Require', '100rel');
  return withHeader(required, 'RSeq', String(rseq));
}

/** On the wire for the first time (RFC 3262 3: repeated from T1 on, doubling, over every transport, for 64*T1). */
function sent(response: SipResponse, nowMs: number, t1: number): ReliableServerEffect[] {
  return [
    { kind: 'send', response, retransmission: false },
    { kind: 'wake', timer: 'R', atMs: nowMs + t1 },
    { kind: 'wake', timer: 'X', atMs: nowMs + 64 * t1 },
  ];
}

function step(
  state: ReliableServerState,
  input: ReliableServerInput,
  nowMs: number,
  timing: Timing = defaultTiming,
): ReliableServerStep {
  const [name, action] = reliableServerTable[state.name][eventOf(state, input)];
  return act({ ...state, name }, action, input, nowMs, timing);
}

function act(
  state: ReliableServerState,
  action: Action,
  input: ReliableServerInput,
  nowMs: number,
  { t1 }: Timing,
): ReliableServerStep {
  switch (action) {
    case 'take':
      return input.kind === 'provisional' ? take(state, input.response, nowMs, t1) : { state, effects: [] };
    case 'acknowledge':
      return { state: { ...state, waiting: [] }, effects: [{ kind: 'acknowledged' }, { kind: 'rest' }] };
    case 'acknowledge-and-send': {
      const waiting = state.waiting.slice(1);
      const { response } = waiting[0]!;
      const effects: ReliableServerEffect[] = [{ kind: 'acknowledged' }, ...sent(response, nowMs, t1)];
      return { state: { ...state, waiting, intervalMs: t1 }, effects };
    }
    case 'repeat': {
      const intervalMs = state.intervalMs * 2;
      const { response } = state.waiting[0]!;
      const effects: ReliableServerEffect[] = [
        { kind: 'send', response, retransmission: true },
        { kind: 'wake', timer: 'R', atMs: nowMs + intervalMs },
      ];
      return { state: { ...state, intervalMs }, effects };
    }
    case 'close':
      // What was not sent yet may not follow a final response.
      return { state: { ...state, waiting: state.waiting.slice(0, 1) }, effects: [{ kind: 'rest' }] };
    case 'expire':
      return { state: { ...state, waiting: [] }, effects: [{ kind: 'rest' }, { kind: 'refuse-invite' }] };
    case 'hold':
      return { state, effects: [{ kind: 'hold' }] };
    case 'stray':
      return { state, effects: [{ kind: 'stray' }] };
    case 'refuse':
      return { state, effects: [{ kind: 'refused' }] };
    case 'nothing':
      return { state, effects: [] };
    default:
      return action satisfies never;
  }
}

function take(state: ReliableServerState, plain: SipResponse, nowMs: number, t1: number): ReliableServerStep {
  if (state.waiting.length >= maxWaiting) return { state, effects: [{ kind: 'refused' }] };
  const rseq = state.nextRSeq;
  const response = numbered(plain, rseq);
  const waiting = [...state.waiting, { rseq, response }];
  const next = { ...state, nextRSeq: rseq + 1, waiting };
  if (waiting.length > 1) return { state: next, effects: [{ kind: 'queued', response }] };
  return { state: { ...next, intervalMs: t1 }, effects: sent(response, nowMs, t1) };
}

export const reliableServer = { start, step };
