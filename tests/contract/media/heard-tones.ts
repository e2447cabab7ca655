import { g711 } from '@ringback/audio';
import type { RtpPacket } from '@ringback/rtp';

const SAMPLE_RATE = 8000;

/**
 * Level in dBov of one frequency in what was heard as PCMU, whichever stream it came in: the strongest of all SSRCs, since a
 * media server may send what it plays beside the peer's sound or mixed with it.
 */
export function toneLevel(packets: readonly RtpPacket[], frequencyHz: number): number {
  const sound = packets.filter(({ payloadType }) => payloadType === 0);
  const levels = [...new Set(sound.map(({ ssrc }) => ssrc))].map((ssrc) => {
    const stream = sound.filter((packet) => packet.ssrc === ssrc);
    return levelAt(
      stream.flatMap(({ payload }) => [...g711.PCMU.decode(payload)]),
      frequencyHz,
    );
  });
  return Math.max(-127, ...levels);
}

const WINDOW = SAMPLE_RATE / 2;
const STEP = SAMPLE_RATE / 10;

/** In the half second in which it is loudest, since nobody knows when it begins. */
function levelAt(samples: readonly number[], frequencyHz: number): number {
  let loudest = -127;
  for (let start = 0; start + WINDOW <= samples.length; start += STEP)
    loudest = Math.max(loudest, levelIn(samples, start, frequencyHz));
  return loudest;
}

/** One bin of a Fourier transform, with a Hann window against what lies beside it. */
function levelIn(samples: readonly number[], start: number, frequencyHz: number): number {
  let [re, im] = [0, 0];
  for (let i = 0; i < WINDOW; i++) {
    const angle = (2 * Math.PI * frequencyHz * i) / SAMPLE_RATE;
    const sample = samples[start + i]! * (1 - Math.cos((2 * Math.PI * i) / WINDOW));
    re += sample * Math.cos(angle);
    im += sample * Math.sin(angle);
  }
  const peak = (2 * Math.hypot(re, im)) / WINDOW;
  return 20 * Math.log10(peak / Math.SQRT2 / 32_768 + 1e-9);
}
