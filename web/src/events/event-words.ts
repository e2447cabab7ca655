import type { DtmfEvent, Leg, SpeechEvent } from '@ringback/contracts';

/** What happens, in the words in which its record will have it: a row of the ladder does not change when it is read again. */
export function speechWords({
  type,
  provider,
  voiceId,
  cached,
  durationMs,
  firstAudioMs,
  problem,
}: SpeechEvent): string {
  const speaker = provider === 'elevenlabs' ? 'ElevenLabs' : 'the built-in voice';
  switch (type) {
    case 'speech.started':
      return `${begun(speaker)} starts to speak${voiceId === null ? '' : ` as ${voiceId}`}${cached ? ', from the cache' : ''}`;
    case 'speech.first-audio':
      return `First sound of ${speaker} is ready${firstAudioMs === undefined ? '' : ` after ${firstAudioMs} ms`}`;
    case 'speech.finished':
      return `Spoken to its end${durationMs === null ? '' : `, ${(durationMs / 1000).toFixed(1)} s`}`;
    case 'speech.failed':
      return problem ?? `${begun(speaker)} failed`;
    default:
      return type satisfies never;
  }
}

export function keyWords({ digit, method, legId }: DtmfEvent, legs: readonly Leg[]): string {
  const by = legs.find(({ id }) => id === legId)?.number ?? 'Somebody';
  return `${by} pressed ${digit === '?' ? 'a key' : digit} (${method === 'sip-info' ? 'SIP INFO' : 'RFC 4733'})`;
}

const begun = (words: string) => words[0]?.toUpperCase() + words.slice(1);
