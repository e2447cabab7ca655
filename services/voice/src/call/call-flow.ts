import type { CallEnd } from '@ringback/contracts';
import { localEnd } from './local-end.ts';

/**
 * A call that speaks a text, from the order to the end:
 *
 *     preparing ──ready──> calling ──answered──> speaking ──drained──> over
 *         │                   │                      │
 *         └── no speech, hung up, rejected, ended, connection lost ──> over
 *
 * `preparing`: synthesis runs and sockets are opened. `calling`: the INVITE is out. `speaking`: answered; the sound
 * that is there flows, and silence while there is none.
 */
export type CallState = 'preparing' | 'calling' | 'speaking' | 'over';

export type CallInput =
  | { kind: 'ready' }
  | { kind: 'no-media'; problem: string }
  /** Nothing will be spoken any more, by no voice. */
  | { kind: 'speech-failed'; problem: string }
  | { kind: 'answered' }
  /** A final response; `local` when it was made up because the server could not be reached. */
  | { kind: 'rejected'; sipStatus: number; local: boolean }
  | { kind: 'ended' }
  /** The last of the sound has been heard. */
  | { kind: 'drained' }
  /** Somebody asked on the bus. */
  | { kind: 'hang-up' }
  /** This process is about to end. */
  | { kind: 'stop' }
  | { kind: 'connection-lost' };

export type CallEffect =
  | 'invite'
  | 'speak'
  /** CANCEL or BYE. */
  | 'hang-up'
  /** On the bus, for whoever else holds the call and cannot be reached by SIP. */
  | 'ask-hang-up'
  /** Give speech, sockets and everything else back. */
  | 'release'
  /** Tell that the call came to nothing before the B2BUA had it. */
  | { kind: 'fail'; end: CallEnd };

export interface CallStep {
  readonly state: CallState;
  readonly effects: readonly CallEffect[];
}

type Edges = { readonly [K in CallInput['kind']]?: (input: Extract<CallInput, { kind: K }>) => CallStep };

const over = (...effects: CallEffect[]): CallStep => ({ state: 'over', effects: [...effects, 'release'] });
const failed = (end: CallEnd, ...effects: CallEffect[]): CallStep => over({ kind: 'fail', end }, ...effects);

const EDGES: Record<CallState, Edges> = {
  preparing: {
    ready: () => ({ state: 'calling', effects: ['invite'] }),
    'no-media': ({ problem }) => failed(localEnd.noMedia(problem)),
    'speech-failed': ({ problem }) => failed(localEnd.noSpeech(problem)),
    'hang-up': () => failed(localEnd.canceled()),
    stop: () => failed(localEnd.stopped()),
  },
  calling: {
    answered: () => ({ state: 'speaking', effects: ['speak'] }),
    rejected: ({ sipStatus, local }) => {
      const end = local ? localEnd.unreachable(sipStatus) : localEnd.refused(sipStatus);
      // Any other answer came through the B2BUA, which has recorded it.
      return end ? failed(end) : over();
    },
    ended: () => over(),
    'speech-failed': () => over('hang-up'),
    'hang-up': () => over('hang-up'),
    stop: () => over('hang-up'),
    // The answer cannot find its way back any more, though the phone may go on ringing.
    'connection-lost': () => failed(localEnd.unreachable(503), 'ask-hang-up'),
  },
  speaking: {
    drained: () => over('hang-up'),
    ended: () => over(),
    'speech-failed': () => over('hang-up'),
    stop: () => over('hang-up'),
  },
  over: {},
};

/** Inputs without an edge come too late, or are somebody else's to heed: they change nothing. */
export function stepCall(state: CallState, input: CallInput): CallStep {
  const edge = EDGES[state][input.kind] as ((input: CallInput) => CallStep) | undefined;
  return edge ? edge(input) : { state, effects: [] };
}
