import type { NumberedEvent } from '@ringback/contracts';
import { describe, expect, it, vi } from 'vitest';
import { parseEvent } from '../src/events/event-stream.ts';
import {
  STREAM_START,
  type StreamEffect,
  type StreamInput,
  type StreamState,
  stepStream,
} from '../src/events/stream-state.ts';

const time = '2026-01-01T00:00:00.000Z';
const hello = (seq: number): StreamInput => ({ kind: 'event', event: { type: 'stream.hello', time, seq } });
const gap = (since: number, seq: number): StreamInput => ({
  kind: 'event',
  event: { type: 'stream.gap', time, since, seq },
});
const ended = (seq: number): StreamInput => ({
  kind: 'event',
  event: {
    type: 'speech.finished',
    time,
    seq,
    callId: 'c',
    provider: 'builtin',
    voiceId: null,
    cached: false,
    durationMs: 1,
    problem: null,
  },
});
const LOST: StreamInput = { kind: 'lost' };
const WAKE: StreamInput = { kind: 'wake' };

function play(...inputs: StreamInput[]): { state: StreamState; effects: StreamEffect[] } {
  let state = STREAM_START;
  const effects: StreamEffect[] = [];
  for (const input of inputs) {
    const next = stepStream(state, input);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects };
}

const delivered = (effects: StreamEffect[]) =>
  effects.flatMap((effect) => (effect.kind === 'deliver' ? effect.event.seq : []));

describe('the event stream', () => {
  it('delivers what comes after its start, once', () => {
    const { state, effects } = play(hello(10), ended(11), ended(12), ended(12));
    expect(delivered(effects)).toEqual([11, 12]);
    expect(state).toEqual({ kind: 'open', lastSeq: 12, failures: 0 });
  });

  it('delivers what is told once and has no number of its own, and resumes as if it had not been', () => {
    const second: StreamInput = {
      kind: 'event',
      event: { type: 'media.quality', time, seq: 11, callId: 'c', directions: [] },
    };
    const { state, effects } = play(hello(10), ended(11), second, second, ended(12));
    expect(delivered(effects)).toEqual([11, 11, 11, 12]);
    expect(state.lastSeq).toBe(12);
  });

  it('resumes after the last event it had, and takes what was sent meanwhile', () => {
    const { effects } = play(hello(10), ended(11), LOST, WAKE, hello(14), ended(12), ended(13), ended(14));
    expect(effects).toContainEqual({ kind: 'connect', since: 11 });
    expect(delivered(effects)).toEqual([11, 12, 13, 14]);
    // Nothing was missed, so nothing is read again.
    expect(effects.filter(({ kind }) => kind === 'read-again')).toHaveLength(1);
  });

  it('reads everything again after a gap, and goes on behind it', () => {
    const { effects } = play(hello(10), LOST, WAKE, hello(900), gap(10, 500), ended(500), ended(501));
    expect(effects.filter(({ kind }) => kind === 'read-again')).toHaveLength(2);
    expect(delivered(effects)).toEqual([500, 501]);
  });

  it('takes smaller numbers for another gateway with a history of its own', () => {
    const { state, effects } = play(hello(900), LOST, WAKE, hello(3), ended(4));
    expect(effects.filter(({ kind }) => kind === 'read-again')).toHaveLength(2);
    expect(delivered(effects)).toEqual([4]);
    expect(state.lastSeq).toBe(4);
  });

  it('waits longer after each failure, but never long, and anew after a success', () => {
    const waits = (...inputs: StreamInput[]) =>
      play(...inputs).effects.flatMap((effect) => (effect.kind === 'wake-after' ? effect.ms : []));
    expect(waits(LOST, WAKE, LOST, WAKE, LOST, WAKE, LOST, WAKE, LOST, WAKE, LOST)).toEqual([
      500, 1000, 2000, 4000, 8000, 8000,
    ]);
    expect(waits(LOST, WAKE, LOST, WAKE, hello(1), LOST)).toEqual([500, 1000, 500]);
  });

  it('opens one connection only, however often it is woken', () => {
    const { effects } = play(hello(1), WAKE, LOST, WAKE, WAKE);
    expect(effects.filter(({ kind }) => kind === 'connect')).toHaveLength(1);
  });
});

describe('what the stream sends', () => {
  it('is an event with a number', () => {
    const event: NumberedEvent = { type: 'stream.hello', time, seq: 7 };
    expect(parseEvent(JSON.stringify(event))).toEqual(event);
  });

  it.each(['{', '[]', 'null', '{"type":"call.ended"}', '{"seq":"1","type":"x"}'])(
    'is nothing of ours: %s',
    (text) => {
      vi.spyOn(console, 'warn').mockImplementation(() => undefined);
      expect(parseEvent(text)).toBeNull();
      vi.restoreAllMocks();
    },
  );
});
