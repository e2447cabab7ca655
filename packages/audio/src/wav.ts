// RIFF/WAVE, Microsoft "New Multimedia Data Types and Data Techniques" (1994): PCM (1), A-law (6), mu-law (7).

export type WavFormat = 'pcm16' | 'mulaw' | 'alaw';

const FORMAT_TAG: Readonly<Record<WavFormat, number>> = { pcm16: 1, alaw: 6, mulaw: 7 };
const EXTENSIBLE = 0xfffe;

/** `data` holds the samples as they stand in the file: little-endian 16 bit, or one G.711 byte each. */
export interface Wav {
  format: WavFormat;
  sampleRate: number;
  channels: number;
  data: Uint8Array;
}

export class WavError extends Error {
  readonly code = 'bad-wav';
  override readonly name = 'WavError';
}

/** The header that stands before `dataBytes` bytes of samples. Odd data needs one more zero byte after it. */
export function wavHeader(wav: Omit<Wav, 'data'>, dataBytes: number): Uint8Array {
  const bytesPerSample = wav.format === 'pcm16' ? 2 : 1;
  // Formats other than PCM carry an (empty) extension and a fact chunk with the number of samples.
  const compressed = wav.format !== 'pcm16';
  const formatBytes = compressed ? 18 : 16;
  const headerBytes = 12 + 8 + formatBytes + (compressed ? 12 : 0) + 8;
  const header = new Uint8Array(headerBytes);
  const view = new DataView(header.buffer);
  const frameBytes = wav.channels * bytesPerSample;
  writeTag(header, 0, 'RIFF');
  view.setUint32(4, headerBytes - 8 + dataBytes + (dataBytes & 1), true);
  writeTag(header, 8, 'WAVEfmt ');
  view.setUint32(16, formatBytes, true);
  view.setUint16(20, FORMAT_TAG[wav.format], true);
  view.setUint16(22, wav.channels, true);
  view.setUint32(24, wav.sampleRate, true);
  view.setUint32(28, wav.sampleRate * frameBytes, true);
  view.setUint16(32, frameBytes, true);
  view.setUint16(34, bytesPerSample * 8, true);
  if (compressed) {
    writeTag(header, 38, 'fact');
    view.setUint32(42, 4, true);
    view.setUint32(46, Math.floor(dataBytes / frameBytes), true);
  }
  writeTag(header, headerBytes - 8, 'data');
  view.setUint32(headerBytes - 4, dataBytes, true);
  return header;
}

/** A whole WAV file. */
export function writeWav(wav: Wav): Uint8Array {
  const header = wavHeader(wav, wav.data.length);
  const file = new Uint8Array(header.length + wav.data.length + (wav.data.length & 1));
  file.set(header);
  file.set(wav.data, header.length);
  return file;
}

/**
 * Reads a WAV file; unknown chunks are passed over. A data chunk that says it is longer than the file (a recorder
 * that was stopped, or one that streams) ends where the file ends. Throws {@link WavError}.
 */
export function readWav(file: Uint8Array): Wav {
  if (readTag(file, 0) !== 'RIFF' || readTag(file, 8) !== 'WAVE')
    throw new WavError('This is not a WAV file.');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let format: Omit<Wav, 'data'> | undefined;
  for (let offset = 12; offset + 8 <= file.length; ) {
    const tag = readTag(file, offset);
    const start = offset + 8;
    const size = view.getUint32(offset + 4, true);
    if (tag === 'fmt ') format = readFormat(view, start, size);
    if (tag === 'data') {
      if (!format) throw new WavError('The WAV file has no format before its samples.');
      return { ...format, data: file.subarray(start, Math.min(start + size, file.length)) };
    }
    offset = start + size + (size & 1);
  }
  throw new WavError('The WAV file has no samples.');
}

function readFormat(view: DataView, start: number, size: number): Omit<Wav, 'data'> {
  if (size < 16 || start + size > view.byteLength) throw new WavError('The WAV format chunk is cut short.');
  let tag = view.getUint16(start, true);
  // WAVE_FORMAT_EXTENSIBLE keeps the real tag in the first bytes of its sub-format.
  if (tag === EXTENSIBLE && size >= 26) tag = view.getUint16(start + 24, true);
  const bits = view.getUint16(start + 14, true);
  const format = (Object.keys(FORMAT_TAG) as WavFormat[]).find((name) => FORMAT_TAG[name] === tag);
  if (!format || bits !== (format === 'pcm16' ? 16 : 8))
    throw new WavError(`WAV format ${tag} with ${bits} bits is not one of PCM 16 bit, mu-law, A-law.`);
  return { format, channels: view.getUint16(start + 2, true), sampleRate: view.getUint32(start + 4, true) };
}

/** Samples of little-endian 16-bit bytes, whatever the alignment of the view; an odd last byte is left out. */
export function samplesOfBytes(bytes: Uint8Array): Int16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int16Array.from({ length: bytes.length >> 1 }, (_, i) => view.getInt16(i * 2, true));
}

/** Little-endian 16-bit bytes of samples. */
export function bytesOfSamples(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(samples.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < samples.length; i += 1) view.setInt16(i * 2, samples[i]!, true);
  return bytes;
}

function writeTag(target: Uint8Array, offset: number, tag: string): void {
  for (let i = 0; i < tag.length; i += 1) target[offset + i] = tag.charCodeAt(i);
}

function readTag(file: Uint8Array, offset: number): string {
  return String.fromCharCode(...file.subarray(offset, offset + 4));
}
