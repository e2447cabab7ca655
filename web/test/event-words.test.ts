import type { DtmfEvent, Leg, SpeechEvent } from '@ringback/contracts';
import { expect, it } from 'vitest';
import { keyWords, speechWords } from '../src/events/event-words.ts';

const speech = (type: SpeechEvent['type'], more: Partial<SpeechEvent> = {}): SpeechEvent => ({
  ...{ type, time: '2026-01-01T00:00:00.000Z', callId: 'c', provider: 'builtin', voiceId: null },
  ...{ cached: false, durationMs: null, problem: null },
  ...more,
});

it.each([
  [
    speech('speech.started', { voiceId: 'slt', cached: true }),
    'The built-in voice starts to speak as slt, from the cache',
  ],
  [
    speech('speech.first-audio', { firstAudioMs: 42 }),
    'First sound of the built-in voice is ready after 42 ms',
  ],
  [speech('speech.finished', { durationMs: 1640 }), 'Spoken to its end, 1.6 s'],
  [speech('speech.failed', { provider: 'elevenlabs' }), 'ElevenLabs failed'],
  [speech('speech.failed', { problem: 'No quota is left.' }), 'No quota is left.'],
])('speech is told as its record says it', (event, words) => {
  expect(speechWords(event)).toBe(words);
});

it.each([
  ['5', 'rtp-event', 'l1', '1002 pressed 5 (RFC 4733)'],
  ['?', 'sip-info', 'l2', 'Somebody pressed a key (SIP INFO)'],
] as const)('so is the key %s by %s', (digit, method, legId, words) => {
  const event = {
    type: 'dtmf.received',
    time: '',
    callId: 'c',
    legId,
    digit,
    method,
  } as DtmfEvent;
  expect(keyWords(event, [{ id: 'l1', number: '1002' } as Leg])).toBe(words);
});
