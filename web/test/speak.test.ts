import type { Call } from '@ringback/contracts';
import { describe, expect, it } from 'vitest';
import { callFacts } from '../src/speak/call-facts.ts';
import { phasesOf, phaseWords } from '../src/speak/call-phases.ts';
import { callsToShow } from '../src/speak/calls-to-show.ts';
import { numberToRing } from '../src/speak/destination.ts';
import { peaksOf } from '../src/speak/peaks.ts';
import { textLength } from '../src/speak/text-length.ts';

const at = (seconds: number) => new Date(1_772_359_200_000 + seconds * 1000).toISOString();

const aCall = (change: Partial<Call> = {}): Call => ({
  id: '00000000-0000-7000-8000-000000000001',
  status: 'queued',
  from: { number: 'voice', displayName: 'Ringback' },
  to: { number: '1001', displayName: 'Alice' },
  text: 'Hello.',
  voiceId: null,
  speechProvider: null,
  createdAt: at(0),
  ringingAt: null,
  answeredAt: null,
  endedAt: null,
  durationMs: null,
  end: null,
  ...change,
});

describe('the length of the text', () => {
  it('names the limit, warns near it and says how much is too much', () => {
    expect(textLength('')).toEqual({ state: 'empty', words: '0 of 5,000 characters' });
    expect(textLength('a'.repeat(4499)).state).toBe('fine');
    expect(textLength('a'.repeat(4612))).toEqual({
      state: 'near',
      words: '4,612 of 5,000 characters: 388 left',
    });
    expect(textLength('a'.repeat(5000)).state).toBe('near');
    expect(textLength('a'.repeat(5212))).toEqual({
      state: 'over',
      words: '5,212 of 5,000 characters: 212 too many',
    });
  });
});

describe('the time of a call', () => {
  it('is set-up until it rings, ringing until it is answered, talk until its end', () => {
    const nowMs = Date.parse(at(3));
    expect(phasesOf(aCall(), nowMs)).toEqual([{ name: 'set up', tone: 'waiting', lengthMs: 3000 }]);
    const ended = aCall({ ringingAt: at(0.5), answeredAt: at(2.5), endedAt: at(15) });
    expect(phaseWords(phasesOf(ended, nowMs))).toBe('set up 500 ms, rang 2.0 s, talked 12.5 s');
  });

  it('has no phase that did not happen, and none shorter than nothing', () => {
    const refused = aCall({ ringingAt: at(1), endedAt: at(0.9) });
    expect(phasesOf(refused, 0).map(({ name, lengthMs }) => [name, lengthMs])).toEqual([
      ['set up', 1000],
      ['rang', 0],
    ]);
  });

  it('comes with what is known of its speech', () => {
    expect(callFacts(aCall())).toEqual([]);
    const spoken = aCall({ speechProvider: 'builtin', firstAudioMs: 143, speechCached: true });
    expect(callFacts(spoken)).toEqual(['built-in', 'cached', 'first sound after 143 ms']);
  });
});

describe('the queue', () => {
  it('has the calls in progress, up to a screen of them, and the last ones that ended', () => {
    const going = Array.from({ length: 23 }, (_, i) => aCall({ id: `g${i}`, status: 'ringing' }));
    const ended = Array.from({ length: 9 }, (_, i) => aCall({ id: `e${i}`, status: 'completed' }));
    const shown = callsToShow([...ended, ...going]);
    expect(shown.going).toHaveLength(20);
    expect(shown.moreGoing).toBe(3);
    expect(shown.ended.map(({ id }) => id)).toEqual(['e0', 'e1', 'e2', 'e3', 'e4']);
  });
});

describe('whom to ring', () => {
  const reach = {
    own: '2001',
    registered: true,
    phones: [{ number: '1002', displayName: 'Bob', devices: '' }],
    typed: '',
  };

  it('is this page, a phone that is still there, or what was typed', () => {
    expect(numberToRing({ kind: 'this-page' }, reach)).toBe('2001');
    expect(numberToRing({ kind: 'this-page' }, { ...reach, registered: false })).toBeNull();
    expect(numberToRing({ kind: 'phone', number: '1002' }, reach)).toBe('1002');
    expect(numberToRing({ kind: 'phone', number: '1003' }, reach)).toBeNull();
    expect(numberToRing({ kind: 'other' }, { ...reach, typed: 'sip:1009@x' })).toBe('1009');
    expect(numberToRing({ kind: 'other' }, reach)).toBeNull();
  });
});

describe('a waveform', () => {
  it('is as high as its loudest sample, and flat in silence', () => {
    expect(peaksOf(Float32Array.of(0, 0.1, -0.2, 0.05), 2)).toEqual([0.5, 1]);
    expect(peaksOf(new Float32Array(4), 2)).toEqual([0, 0]);
  });
});
