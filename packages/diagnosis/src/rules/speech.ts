import type { CallEventRecord } from '@ringback/contracts';
import type { CallFacts } from '../call-facts.ts';
import { type Finding, fact, type Rule } from '../rule.ts';
import { quoted } from '../words.ts';

// The text of a call was not spoken, or not by the voice that was asked for.

interface SpeechFault {
  /** As `SpeechError` names it. */
  readonly code: string;
  readonly sentence: string;
  readonly reference: string;
  readonly remedy: string;
}

const FAULTS: readonly SpeechFault[] = [
  {
    code: 'invalid-key',
    sentence: 'ElevenLabs does not accept the API key (401)',
    reference: 'RFC 9110 15.5.2',
    remedy:
      'Set ELEVENLABS_API_KEY to a key of the account that may use text to speech, and start Ringback again.',
  },
  {
    code: 'quota',
    sentence: 'The quota of the ElevenLabs account is used up (401 quota_exceeded)',
    reference: 'RFC 9110 15.5.2',
    remedy: 'Wait for the next period of the account, choose a larger plan, or a built-in voice.',
  },
  {
    code: 'rate-limited',
    sentence: 'ElevenLabs has too many requests of this account at a time (429)',
    reference: 'RFC 6585 4',
    remedy: 'Place fewer calls at once, choose a larger plan, or a built-in voice.',
  },
  {
    code: 'plan-limit',
    sentence: 'The plan of the ElevenLabs account does not allow this voice or model',
    reference: 'RFC 9110 15.5.4',
    remedy: 'Choose another voice, or a larger plan.',
  },
  {
    code: 'voice-not-found',
    sentence: 'The ElevenLabs account has no such voice',
    reference: 'RFC 9110 15.5.5',
    remedy: 'Choose a voice from the list of the Speak page.',
  },
  {
    code: 'text-too-long',
    sentence: 'The text is too long for this voice',
    reference: 'RFC 9110 15.5.14',
    remedy: 'Make the text shorter, or speak it in several calls.',
  },
  {
    code: 'timeout',
    sentence: 'ElevenLabs did not answer in time',
    reference: 'RFC 9110 15.6.5',
    remedy: 'See that this machine reaches api.elevenlabs.io, and call again.',
  },
  {
    code: 'unavailable',
    sentence: 'ElevenLabs could not be reached, or has a fault of its own',
    reference: 'RFC 9110 15.6.4',
    remedy: 'See that this machine reaches api.elevenlabs.io, and call again.',
  },
];

/** One rule a fault, so that calls can be counted by it; each applies whether the built-in voice stood in or not. */
const knownFaults: readonly Rule[] = FAULTS.map((known) => ({
  name: `speech-${known.code}`,
  find: (facts) => {
    const failed = facts.events.find(({ type, code }) => type === 'speech.failed' && code === known.code);
    return failed && isToBlame(facts) ? finding(facts, failed, known) : undefined;
  },
}));

const anyFault: Rule = {
  name: 'speech-failed',
  find(facts) {
    const failed = facts.events.find(({ type }) => type === 'speech.failed');
    if (!isToBlame(facts) || (!failed && !facts.endedBy('no-speech'))) return undefined;
    return finding(facts, failed, {
      sentence: 'The text could not be turned into speech',
      reference: 'RFC 9110 15.6.1',
      remedy: 'Try another voice or another text; the log of the voice tells more.',
    });
  },
};

export const speechRules: readonly Rule[] = [...knownFaults, anyFault];

/** A phone that was busy was so whatever the voice had to say; nor does a caller give up a call for a voice that stood in. */
function isToBlame(facts: CallFacts): boolean {
  if (facts.call.answeredAt !== null || facts.endedBy('no-speech')) return true;
  return facts.endedBy('canceled') && !facts.events.some(({ type }) => type === 'speech.first-audio');
}

function finding(
  facts: CallFacts,
  failed: CallEventRecord | undefined,
  { sentence, reference, remedy }: Omit<SpeechFault, 'code'>,
): Finding {
  const outcome = outcomeOf(facts, failed);
  return {
    sentence: `${sentence}${outcome}`,
    because: failed ? [fact(quoted(failed.detail))] : [fact(`${facts.end.sentence}`)],
    reference,
    remedy,
  };
}

/** What the called party heard: another voice, the beginning of the text, or nothing. */
function outcomeOf(facts: CallFacts, failed: CallEventRecord | undefined): string {
  const sounded = facts.events.filter(({ type }) => type === 'speech.first-audio');
  if (failed && sounded.some(({ time }) => time >= failed.time)) return '; a built-in voice spoke instead.';
  return sounded.length > 0 ? ', so only the beginning of the text was spoken.' : ', so nothing was spoken.';
}
