export { BUILTIN_VOICE_ID } from './builtin/voice-table.ts';
export type { ElevenLabsAccount } from './elevenlabs/elevenlabs-client.ts';
export type { ElevenLabsPatience } from './elevenlabs/elevenlabs-synthesizer.ts';
export { type Ffmpeg, type FfmpegCandidate, type FfmpegOrigin, findFfmpeg } from './ffmpeg/location.ts';
export {
  createSpeech,
  type Speech,
  type SpeechOptions,
  type SpeechRequest,
  type Utterance,
} from './speech.ts';
export { SpeechError, type SpeechErrorCode, speechErrorOf } from './speech-error.ts';
export type { Provider, Voice, VoicePage, VoiceQuery } from './synthesizer.ts';
export { MAX_TEXT_LENGTH } from './text.ts';
