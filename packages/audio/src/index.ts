export { Concealment } from './concealment.ts';
export { dtmfTone, frequenciesOfDigit } from './dtmf.ts';
export { type DtmfChange, DtmfDetector } from './dtmf-detector.ts';
export { FRAME_BYTES, frames } from './frames.ts';
export {
  ALAW_SILENCE,
  decodeAlaw,
  decodeMulaw,
  encodeAlaw,
  encodeMulaw,
  type G711,
  g711,
  MULAW_SILENCE,
} from './g711.ts';
export {
  type Correlation,
  correlate,
  dominantFrequencyHz,
  levelDb,
  type Samples,
  SILENCE_DB,
} from './measures.ts';
export { Resampler } from './resample.ts';
export { type Tone, tone } from './tone.ts';
export {
  bytesOfSamples,
  readWav,
  samplesOfBytes,
  type Wav,
  WavError,
  type WavFormat,
  wavHeader,
  writeWav,
} from './wav.ts';
