import type { CallEnd, CallStatus } from '@ringback/contracts';

/** The look of a state: a colour of the theme, always together with a word. */
export type Tone = 'waiting' | 'ringing' | 'live' | 'ended' | 'failed';

interface StatusWords {
  word: string;
  tone: Tone;
}

const STATUS_WORDS = {
  queued: { word: 'queued', tone: 'waiting' },
  ringing: { word: 'ringing', tone: 'ringing' },
  'in-progress': { word: 'in call', tone: 'live' },
  completed: { word: 'completed', tone: 'ended' },
  busy: { word: 'busy', tone: 'failed' },
  'no-answer': { word: 'no answer', tone: 'failed' },
  failed: { word: 'failed', tone: 'failed' },
  canceled: { word: 'canceled', tone: 'ended' },
} satisfies Record<CallStatus, StatusWords>;

export const CALL_STATUS_LIST = Object.keys(STATUS_WORDS) as CallStatus[];

export function statusWords(status: CallStatus): StatusWords {
  return STATUS_WORDS[status];
}

export function isOver(status: CallStatus): boolean {
  return status !== 'queued' && status !== 'ringing' && status !== 'in-progress';
}

const BY_WORDS = {
  caller: 'caller',
  callee: 'callee',
  network: 'network',
} satisfies Record<CallEnd['by'], string>;

/** `ended by callee` */
export function endedBy(end: CallEnd): string {
  return `ended by ${BY_WORDS[end.by]}`;
}

export function providerWord(provider: 'elevenlabs' | 'builtin'): string {
  return provider === 'elevenlabs' ? 'ElevenLabs' : 'built-in';
}
