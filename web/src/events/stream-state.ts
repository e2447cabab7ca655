import type { NumberedEvent } from '@ringback/contracts';

/**
 * The page's one connection to `/ws`.
 *
 *   opening ──▶ open ──▶ waiting ──▶ opening ...
 *      └──────────────────▲
 *
 * `lastSeq`: the newest event the page has taken in, from which a new connection resumes.
 */
export interface StreamState {
  kind: 'opening' | 'open' | 'waiting';
  lastSeq: number | null;
  /** Connections that failed in a row. */
  failures: number;
}

export type StreamInput = { kind: 'lost' } | { kind: 'wake' } | { kind: 'event'; event: NumberedEvent };

export type StreamEffect =
  | { kind: 'connect'; since: number | null }
  | { kind: 'wake-after'; ms: number }
  | { kind: 'deliver'; event: NumberedEvent }
  /** Events were missed: everything that was read before is stale. */
  | { kind: 'read-again' };

export interface StreamStep {
  state: StreamState;
  effects: StreamEffect[];
}

export const STREAM_START: StreamState = { kind: 'opening', lastSeq: null, failures: 0 };

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;

export function stepStream(state: StreamState, input: StreamInput): StreamStep {
  switch (input.kind) {
    case 'lost': {
      const ms = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** state.failures);
      const failures = state.failures + 1;
      return { state: { ...state, kind: 'waiting', failures }, effects: [{ kind: 'wake-after', ms }] };
    }
    case 'wake':
      if (state.kind !== 'waiting') return { state, effects: [] };
      return { state: { ...state, kind: 'opening' }, effects: [{ kind: 'connect', since: state.lastSeq }] };
    case 'event':
      return event(state, input.event);
    default: {
      const never: never = input;
      throw new Error(`Unknown input ${JSON.stringify(never)}`);
    }
  }
}

function event(state: StreamState, event: NumberedEvent): StreamStep {
  if (event.type === 'stream.hello') return hello(state, event.seq);
  if (event.type === 'stream.gap') {
    // What comes next carries the gap's number or a greater one.
    const lastSeq = Math.max(state.lastSeq ?? 0, event.seq - 1);
    return { state: { ...state, lastSeq }, effects: [{ kind: 'read-again' }] };
  }
  // Told once and not numbered: it carries the number of the event before it.
  if (event.type === 'media.quality') return { state, effects: [{ kind: 'deliver', event }] };
  if (state.lastSeq !== null && event.seq <= state.lastSeq) return { state, effects: [] };
  return { state: { ...state, lastSeq: event.seq }, effects: [{ kind: 'deliver', event }] };
}

function hello(state: StreamState, newest: number): StreamStep {
  const open = { kind: 'open', failures: 0 } as const;
  // The first connection: lists that were read before it may lack what happened in between.
  if (state.lastSeq === null)
    return { state: { ...open, lastSeq: newest }, effects: [{ kind: 'read-again' }] };
  // Numbers only grow; smaller ones mean another gateway with a history of its own.
  if (newest < state.lastSeq)
    return { state: { ...open, lastSeq: newest }, effects: [{ kind: 'read-again' }] };
  return { state: { ...open, lastSeq: state.lastSeq }, effects: [] };
}
