import type { CallEnd, CallStatus, EndCode } from '@ringback/contracts';

/** Why this network, and neither party, ends a call. */
export type AbortCause = Extract<
  EndCode,
  | 'hung-up-over-api'
  | 'shutdown'
  | 'media-failed'
  | 'media-refused'
  | 'media-lost'
  | 'media-timeout'
  | 'media-path-failed'
  | 'signalling-lost'
  | 'caller-vanished'
  | 'callee-vanished'
  | 'internal-error'
>;

interface AbortRule {
  /** The final response that an unanswered caller gets. An answered call ends by BYE, which counts as 200. */
  readonly sipStatus: number;
  readonly q850Cause: number;
  readonly sentence: string;
}

// ITU-T Q.850 causes: 16 normal clearing, 27 destination out of order, 38 network out of order, 41 temporary
// failure, 47 resource unavailable, 102 recovery on timer expiry.
const ABORTS = {
  'hung-up-over-api': { sipStatus: 487, q850Cause: 16, sentence: 'Hung up over the API' },
  shutdown: { sipStatus: 503, q850Cause: 41, sentence: 'The network was shut down' },
  'media-failed': { sipStatus: 503, q850Cause: 47, sentence: 'The media server does not answer' },
  'media-lost': { sipStatus: 503, q850Cause: 41, sentence: 'The media server lost the call' },
  'media-timeout': {
    sipStatus: 408,
    q850Cause: 102,
    sentence: 'Media timeout: nothing came from either side for too long',
  },
  'media-path-failed': { sipStatus: 503, q850Cause: 41, sentence: 'The media path to a phone failed' },
  'media-refused': {
    sipStatus: 488,
    q850Cause: 65,
    sentence: 'The media server cannot join what the two phones offer',
  },
  'signalling-lost': { sipStatus: 503, q850Cause: 38, sentence: 'The connection to the SIP server was lost' },
  'caller-vanished': {
    sipStatus: 487,
    q850Cause: 27,
    sentence: "The caller's phone does not answer any more",
  },
  'callee-vanished': {
    sipStatus: 480,
    q850Cause: 27,
    sentence: "The called party's phone does not answer any more",
  },
  'internal-error': { sipStatus: 500, q850Cause: 41, sentence: 'The network could not connect the call' },
} satisfies Record<AbortCause, AbortRule>;

/**
 * Lost media or signalling is a failure even of a call that was up; every other abort of it is an ordinary BYE, also that
 * of a call in which both sides had fallen silent.
 */
const FAILURES: readonly AbortCause[] = [
  'media-failed',
  'media-refused',
  'media-lost',
  'media-path-failed',
  'signalling-lost',
  'internal-error',
];

export function abortEnd(cause: AbortCause, answered: boolean, sentence?: string): CallEnd {
  const rule = ABORTS[cause];
  return {
    by: 'network',
    sipStatus: answered && !FAILURES.includes(cause) ? 200 : rule.sipStatus,
    q850Cause: rule.q850Cause,
    sentence: sentence ?? rule.sentence,
    code: cause,
  };
}

/**
 * What the SIP server's own BYE says of the end: it gives up a call whose 2xx nobody acknowledged (RFC 3261 13.3.1.4), or
 * that nobody refreshed (RFC 4028 10). Q.850 102: recovery on timer expiry.
 */
export function serverEnd(reason = ''): CallEnd | undefined {
  const given = { by: 'network', q850Cause: 102 } as const;
  if (/"ACK timeout"/.test(reason))
    return {
      ...given,
      sipStatus: 504,
      sentence: "The caller's phone never acknowledged the answer",
      code: 'no-ack',
    };
  if (/"Session timer expired"/.test(reason))
    return {
      ...given,
      sipStatus: 200,
      sentence: 'Nobody refreshed the call in time',
      code: 'session-expired',
    };
  return undefined;
}

/** RFC 3398 8.2.6.1 and ITU-T Q.850: the cause of a final response. */
export function q850CauseOf(sipStatus: number): number {
  return CAUSE_OF_STATUS.get(sipStatus) ?? (sipStatus < 500 ? 127 : sipStatus < 600 ? 41 : 21);
}

const CAUSE_OF_STATUS: ReadonlyMap<number, number> = new Map([
  [200, 16],
  [400, 41],
  [401, 21],
  [403, 21],
  [404, 1],
  [405, 63],
  [407, 21],
  [408, 102],
  [410, 22],
  [415, 79],
  [420, 127],
  [480, 18],
  [481, 41],
  [482, 25],
  [483, 25],
  [484, 28],
  [486, 17],
  [487, 16],
  [488, 65],
  [500, 41],
  [501, 79],
  [502, 38],
  [503, 41],
  [504, 102],
  [505, 127],
  [513, 127],
  [600, 17],
  [603, 21],
  [604, 1],
  [606, 65],
]);

const BUSY: readonly number[] = [486, 600, 603];
const NO_ANSWER: readonly number[] = [408, 480];

/** What a person would say of a call that ended so. */
export function statusOfEnd({
  sipStatus,
}: CallEnd): Extract<CallStatus, 'completed' | 'busy' | 'no-answer' | 'failed' | 'canceled'> {
  if (sipStatus < 300) return 'completed';
  if (BUSY.includes(sipStatus)) return 'busy';
  if (NO_ANSWER.includes(sipStatus)) return 'no-answer';
  return sipStatus === 487 ? 'canceled' : 'failed';
}
