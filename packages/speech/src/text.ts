import { createHash } from 'node:crypto';
import { SpeechError } from './speech-error.ts';
import type { SpeechJob } from './synthesizer.ts';

/** About six minutes of speech: more is a mistake, and would hold a line for as long. */
export const MAX_TEXT_LENGTH = 5000;

/** Raised when the way audio is made changes, so that no sound of the old way is replayed. */
const KEY_VERSION = 1;

/**
 * The text as it is spoken and looked up: NFC, one space for any white space, none at the ends.
 * @throws SpeechError `empty-text`, `text-too-long`
 */
export function normaliseText(text: string): string {
  const normal = text.normalize('NFC').replace(/\s+/gu, ' ').trim();
  if (normal === '') throw new SpeechError('empty-text', 'There is no text to speak.');
  if (normal.length > MAX_TEXT_LENGTH)
    throw new SpeechError(
      'text-too-long',
      `The text has ${normal.length} characters; at most ${MAX_TEXT_LENGTH} can be spoken at once.`,
    );
  return normal;
}

/** Cache key of a job: 40 hexadecimal digits. */
export function jobId(job: SpeechJob): string {
  const settings = Object.entries(job.settings).sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = [
    KEY_VERSION,
    job.provider,
    job.voiceId,
    job.modelId,
    settings,
    job.seed,
    job.outputFormat,
    job.text,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);
}
