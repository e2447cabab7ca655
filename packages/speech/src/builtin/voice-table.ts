import type { Voice } from '../synthesizer.ts';

/** A voice inside flite. `gainDb` brings all of them to about -20 dBov, so that none is hard to hear on the phone. */
export interface FliteVoice {
  voice: Voice;
  fliteName: 'slt' | 'rms' | 'awb' | 'kal16' | 'kal';
  sampleRate: number;
  gainDb: number;
}

/** Tells the id of a built-in voice from one of ElevenLabs. */
export const BUILTIN_PREFIX = 'builtin-';

// flite's sixth voice, awb_time, can only tell the time and leaves out every other word.
export const fliteVoices: readonly FliteVoice[] = [
  entry('slt', 16_000, -4, { gender: 'female', accent: 'american', method: 'statistical' }),
  entry('rms', 16_000, 2, { gender: 'male', accent: 'american', method: 'statistical' }),
  entry('awb', 16_000, 0, { gender: 'male', accent: 'scottish', method: 'statistical' }),
  entry('kal16', 16_000, 8, { gender: 'male', accent: 'american', method: 'diphone' }),
  entry('kal', 8000, 0, { gender: 'male', accent: 'american', method: 'diphone' }),
];

/** Spoken when nobody chose: the clearest of them over a phone line. */
export const BUILTIN_VOICE_ID = 'builtin-slt';

function entry(
  fliteName: FliteVoice['fliteName'],
  sampleRate: number,
  gainDb: number,
  labels: Record<string, string>,
): FliteVoice {
  const voice: Voice = {
    id: `${BUILTIN_PREFIX}${fliteName}`,
    name: `Built-in ${fliteName}`,
    provider: 'builtin',
    language: 'en',
    labels: { ...labels, engine: 'flite' },
    previewUrl: null,
  };
  return { voice, fliteName, sampleRate, gainDb };
}
