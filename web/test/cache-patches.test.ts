import type { Call, CallDetail, Leg, SipMessageRecord } from '@ringback/contracts';
import { describe, expect, it } from 'vitest';
import {
  mergedDetail,
  withCall,
  withCallState,
  withLegEvent,
  withMessages,
} from '../src/events/cache-patches.ts';

const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();

function call(id: string, status: Call['status'] = 'ringing'): Call {
  return {
    id,
    status,
    from: { number: '1001', displayName: 'Alice' },
    to: { number: '2001', displayName: null },
    text: null,
    voiceId: null,
    speechProvider: null,
    createdAt: at(0),
    ringingAt: null,
    answeredAt: null,
    endedAt: null,
    durationMs: null,
    end: null,
  };
}

function leg(state: Leg['state'], sipStatus: number | null = null): Leg {
  return {
    id: 'leg-1',
    callId: 'a',
    role: 'callee',
    state,
    sipCallId: 'x',
    number: '2001',
    displayName: null,
    kind: 'browser',
    transport: 'ws',
    remoteAddress: null,
    userAgent: null,
    startedAt: at(0),
    answeredAt: null,
    endedAt: null,
    sipStatus,
    media: null,
  };
}

const detail = (over: Partial<CallDetail> = {}): CallDetail => ({
  ...call('a'),
  legs: [],
  events: [],
  ...over,
});
const list = (...ids: string[]) => ({
  pages: [{ calls: ids.map((id) => call(id)), nextCursor: null }],
  pageParams: [null],
});
const idsOf = ({ pages }: ReturnType<typeof list>) => pages.flatMap(({ calls }) => calls.map(({ id }) => id));

describe('a list of calls', () => {
  it('shows a new call first and changes a known one where it stands', () => {
    expect(idsOf(withCall(list('b', 'a'), call('c'), true))).toEqual(['c', 'b', 'a']);
    const changed = withCall(list('b', 'a'), call('a', 'completed'), true);
    expect(idsOf(changed)).toEqual(['b', 'a']);
    expect(changed.pages[0]?.calls[1]?.status).toBe('completed');
  });

  it('that is filtered takes no call that the server did not choose', () => {
    expect(idsOf(withCall(list('b'), call('c'), false))).toEqual(['b']);
  });

  it('does not take an ended call back', () => {
    const over = withCall(list('a'), call('a', 'busy'), true);
    expect(withCall(over, call('a', 'ringing'), true).pages[0]?.calls[0]?.status).toBe('busy');
  });
});

describe('a call', () => {
  const early = { type: 'leg.early', time: at(40), leg: leg('early', 180) } as const;

  it('gets the states of its legs as they come, each once', () => {
    const once = withLegEvent(detail(), early);
    const twice = withLegEvent(once, { ...early, time: at(41) });
    expect(twice.legs).toHaveLength(1);
    expect(twice.events).toEqual([
      {
        time: at(40),
        type: 'leg.early',
        legId: 'leg-1',
        sipStatus: 180,
        detail: 'The callee 2001 is early with 180',
      },
    ]);
  });

  it('keeps the further state of a leg when events arrive out of order', () => {
    const confirmed = withLegEvent(detail(), {
      type: 'leg.confirmed',
      time: at(90),
      leg: leg('confirmed', 200),
    });
    const late = withLegEvent(confirmed, early);
    expect(late.legs[0]?.state).toBe('confirmed');
    expect(late.events.map(({ type }) => type)).toEqual(['leg.early', 'leg.confirmed']);
  });

  it('that was read a moment too early does not lose what the stream told', () => {
    const known = withCallState(
      withLegEvent(detail(), { type: 'leg.terminated', time: at(99), leg: leg('terminated') }),
      call('a', 'completed'),
    );
    const merged = mergedDetail(known, detail({ legs: [leg('early', 180)] }));
    expect(merged.status).toBe('completed');
    expect(merged.legs.map(({ state }) => state)).toEqual(['terminated']);
    expect(merged.events.map(({ type }) => type)).toEqual(['leg.terminated']);
  });

  it('is taken as the server tells it when the stream knew nothing', () => {
    const read = detail({ legs: [leg('confirmed', 200)] });
    expect(mergedDetail(undefined, read)).toBe(read);
  });
});

it('puts messages in wire order, each once', () => {
  const message = (id: string, timeUs: number) => ({ id, timeUs }) as SipMessageRecord;
  const messages = [message('a', 10), message('c', 30)];
  const all = withMessages(messages, [message('b', 20), message('b', 20), message('a', 10)]);
  expect(all.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  // What is known stays the same object.
  expect(all[0]).toBe(messages[0]);
});
