// ITU-T G.711 by table. Linear samples are 16 bit; G.711's own 14-bit (mu-law) and 13-bit (A-law)
// values are their upper bits, as in ITU-T G.191.

const MULAW_BIAS = 33;
const MULAW_MAX = 0x1fff;

/** By how many bits a magnitude is longer than `lowBits`. */
function segmentOf(magnitude: number, lowBits: number): number {
  let segment = 0;
  while (magnitude >> (segment + lowBits) > 0) segment += 1;
  return segment;
}

function compressMulaw(sample: number): number {
  const magnitude = Math.min((Math.abs(sample) >> 2) + MULAW_BIAS, MULAW_MAX);
  const segment = segmentOf(magnitude, 6);
  const code = (segment << 4) | ((magnitude >> (segment + 1)) & 0x0f);
  return (sample < 0 ? 0x7f : 0xff) ^ code;
}

function expandMulaw(byte: number): number {
  const code = ~byte & 0x7f;
  const segment = code >> 4;
  const magnitude = ((((code & 0x0f) << 1) + MULAW_BIAS) << segment) - MULAW_BIAS;
  return (byte & 0x80 ? magnitude : -magnitude) * 4;
}

function compressAlaw(sample: number): number {
  // One's complement: a negative sample on a decision value falls to the smaller side (G.711 table 1b).
  const magnitude = (sample < 0 ? ~sample : sample) >> 4;
  const segment = segmentOf(magnitude, 4);
  const mantissa = segment === 0 ? magnitude : (magnitude >> (segment - 1)) & 0x0f;
  const code = segment === 0 ? mantissa : (segment << 4) | mantissa;
  // Even bits are inverted on the line (G.711 3.2, table 1a note 2).
  return (code | (sample < 0 ? 0 : 0x80)) ^ 0x55;
}

function expandAlaw(byte: number): number {
  const code = byte ^ 0x55;
  const segment = (code >> 4) & 0x07;
  const middle = ((code & 0x0f) << 1) | 1;
  const magnitude = segment === 0 ? middle : (middle | 0x20) << (segment - 1);
  return (code & 0x80 ? magnitude : -magnitude) * 8;
}

/** Encoder table indexed by the sample's 16 bits taken as unsigned. */
function encoderTable(compress: (sample: number) => number): Uint8Array {
  return Uint8Array.from({ length: 65_536 }, (_, index) => compress((index << 16) >> 16));
}

function decoderTable(expand: (byte: number) => number): Int16Array {
  return Int16Array.from({ length: 256 }, (_, byte) => expand(byte));
}

function encodeBy(table: Uint8Array, samples: Int16Array): Uint8Array {
  const out = new Uint8Array(samples.length);
  for (let i = 0; i < samples.length; i += 1) out[i] = table[samples[i]! & 0xffff]!;
  return out;
}

function decodeBy(table: Int16Array, bytes: Uint8Array): Int16Array {
  const out = new Int16Array(bytes.length);
  for (let i = 0; i < bytes.length; i += 1) out[i] = table[bytes[i]!]!;
  return out;
}

const mulawEncoder = encoderTable(compressMulaw);
const mulawDecoder = decoderTable(expandMulaw);
const alawEncoder = encoderTable(compressAlaw);
const alawDecoder = decoderTable(expandAlaw);

/** 16-bit linear samples to mu-law, one byte a sample. */
export const encodeMulaw = (samples: Int16Array): Uint8Array => encodeBy(mulawEncoder, samples);
/** Mu-law bytes to 16-bit linear samples; the loudest is 32124. */
export const decodeMulaw = (bytes: Uint8Array): Int16Array => decodeBy(mulawDecoder, bytes);
/** 16-bit linear samples to A-law, one byte a sample. */
export const encodeAlaw = (samples: Int16Array): Uint8Array => encodeBy(alawEncoder, samples);
/** A-law bytes to 16-bit linear samples; the loudest is 32256. */
export const decodeAlaw = (bytes: Uint8Array): Int16Array => decodeBy(alawDecoder, bytes);

/** The byte that decodes to (positive) zero, or to the smallest step where the law has no zero. */
export const MULAW_SILENCE = 0xff;
export const ALAW_SILENCE = 0xd5;

export interface G711 {
  encode(samples: Int16Array): Uint8Array;
  decode(bytes: Uint8Array): Int16Array;
  silence: number;
}

/** The two laws by their RTP encoding name (RFC 3551 4.5.14). */
export const g711: Readonly<Record<'PCMU' | 'PCMA', G711>> = {
  PCMU: { encode: encodeMulaw, decode: decodeMulaw, silence: MULAW_SILENCE },
  PCMA: { encode: encodeAlaw, decode: decodeAlaw, silence: ALAW_SILENCE },
};
