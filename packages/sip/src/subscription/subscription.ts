/*
 * The life of one subscription at an element between its two ends, which sees every message of it but decides nothing
 * (RFC 6665 4.1, 4.2). It exists from the 2xx of its SUBSCRIBE, or from a NOTIFY that came first.
 *
 *              granted, notified: expires then
 *            +--------+<----------------------------+
 *   granted  |        |  granted for 0 seconds      |
 *  --------->|  live  |  time is up: lapse     +--------+
 *            |        |----------------------->| lapsed |
 *            +--------+                        +--------+
 *                 | final, refused                  | final, refused
 *                 v                                 v time is up: forsake
 *            +------------------------------------------+
 *            |                  over                    |
 *            +------------------------------------------+
 *
 * A refresh may be on its way when the time granted is up, so that a while of grace is added to it. A lapsed
 * subscription, which is also one that was given up or only fetched, waits as long for the NOTIFY that ends it.
 */
export type SubscriptionName = 'live' | 'lapsed' | 'over';

export interface SubscriptionState {
  readonly name: SubscriptionName;
  /** When the next `timer` input is due; earlier ones are stale. */
  readonly wakeAtMs: number;
}

export type SubscriptionInput =
  /** A 2xx to SUBSCRIBE or REFER passed; 0 seconds end the subscription with the next NOTIFY (RFC 6665 4.4.3). */
  | { readonly kind: 'granted'; readonly expiresSec: number }
  /** A NOTIFY passed that does not end it; its time counts from then on when it names one. */
  | { readonly kind: 'notified'; readonly expiresSec: number | undefined }
  /** The final answer to a NOTIFY that says `terminated` passed. */
  | { readonly kind: 'final' }
  /** A NOTIFY or a refresh failed in a way that ends the subscription; see `endsSubscription`. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'timer' };

export type SubscriptionEffect =
  /** Give the input `timer` at this time; a later wake replaces it. */
  | { readonly kind: 'wake'; readonly atMs: number }
  /** Its time is up and nobody said so. */
  | { readonly kind: 'lapse' }
  /** Nobody ended it either: whoever watches has to. */
  | { readonly kind: 'forsake' }
  | { readonly kind: 'over' };

export interface SubscriptionStep {
  readonly state: SubscriptionState;
  readonly effects: readonly SubscriptionEffect[];
}

type Event = SubscriptionInput['kind'] | 'renewed' | 'given-up';
type Action = 'rearm' | 'await' | 'lapse' | 'forsake' | 'end' | 'nothing';

export const subscriptionTable = {
  live: {
    granted: ['live', 'rearm'],
    renewed: ['live', 'rearm'],
    'given-up': ['lapsed', 'await'],
    notified: ['live', 'nothing'],
    final: ['over', 'end'],
    refused: ['over', 'end'],
    timer: ['lapsed', 'lapse'],
  },
  lapsed: {
    granted: ['live', 'rearm'],
    renewed: ['live', 'rearm'],
    'given-up': ['lapsed', 'await'],
    notified: ['lapsed', 'nothing'],
    final: ['over', 'end'],
    refused: ['over', 'end'],
    timer: ['over', 'forsake'],
  },
  over: {
    granted: ['over', 'nothing'],
    renewed: ['over', 'nothing'],
    'given-up': ['over', 'nothing'],
    notified: ['over', 'nothing'],
    final: ['over', 'nothing'],
    refused: ['over', 'nothing'],
    timer: ['over', 'nothing'],
  },
} satisfies Record<SubscriptionName, Record<Event, readonly [SubscriptionName, Action]>>;

/** The longest time that is waited for, about 23 days: timers of most systems cannot wait much longer. */
const maxWaitSec = 2_000_000;

export interface SubscriptionOptions {
  /** Added to the time that was granted, and waited for the last NOTIFY after it: 64*T1. */
  readonly graceMs: number;
}

/** The subscription at its first 2xx, or with a NOTIFY that came before it. */
function start(expiresSec: number, nowMs: number, options: SubscriptionOptions): SubscriptionStep {
  return step({ name: 'live', wakeAtMs: nowMs }, { kind: 'granted', expiresSec }, nowMs, options);
}

function eventOf(input: SubscriptionInput): Event {
  if (input.kind === 'granted') return input.expiresSec === 0 ? 'given-up' : 'granted';
  return input.kind === 'notified' && input.expiresSec !== undefined ? 'renewed' : input.kind;
}

function step(
  state: SubscriptionState,
  input: SubscriptionInput,
  nowMs: number,
  { graceMs }: SubscriptionOptions,
): SubscriptionStep {
  if (input.kind === 'timer' && nowMs < state.wakeAtMs) return { state, effects: [] };
  const [name, action]: readonly [SubscriptionName, Action] = subscriptionTable[state.name][eventOf(input)];
  const wait = (waitMs: number, ...before: SubscriptionEffect[]): SubscriptionStep => {
    const wakeAtMs = nowMs + waitMs;
    return { state: { name, wakeAtMs }, effects: [...before, { kind: 'wake', atMs: wakeAtMs }] };
  };
  const stay = (...effects: SubscriptionEffect[]): SubscriptionStep => ({
    state: { ...state, name },
    effects,
  });
  switch (action) {
    case 'rearm': {
      const expiresSec = 'expiresSec' in input ? (input.expiresSec ?? 0) : 0;
      return wait(Math.min(expiresSec, maxWaitSec) * 1000 + graceMs);
    }
    case 'await':
      return wait(graceMs);
    case 'lapse':
      return wait(graceMs, { kind: 'lapse' });
    case 'forsake':
      return stay({ kind: 'forsake' }, { kind: 'over' });
    case 'end':
      return stay({ kind: 'over' });
    case 'nothing':
      return stay();
    default:
      return action satisfies never;
  }
}

export const subscription = { start, step };

/** RFC 6665 4.1.2.3, 4.2.2: answers to a refresh or to a NOTIFY after which the other side knows nothing of it any more. */
export function endsSubscription(status: number): boolean {
  if (status >= 480 && status <= 485) return true;
  return [404, 405, 410, 416, 489, 501, 604].includes(status);
}
