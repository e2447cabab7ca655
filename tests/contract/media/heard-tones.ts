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

/** Half a second from the middle: one bin of a Fourier transform, with a Hann window against what lies beside it. */
function levelAt(all: readonly number[], frequencyHz: number): number {
  const length = Math.min(all.length, SAMPLE_RATE / 2);
  const start = Math.floor((all.length - length) / 2);
  let [re, im] = [0, 0];
  for (let i = 0; i < length; i++) {
    const angle = (2 * Math.PI * frequencyHz * i) / SAMPLE_RATE;
    const sample = all[start + i]! * (1 - Math.cos((2 * Math.PI * i) / length));
    re += sample * Math.cos(angle);
    im += sample * Math.sin(angle);
  }
  const peak = (2 * Math.hypot(re, im)) / Math.max(1, length);
  return 20 * Math.log10(peak / Math.SQRT2 / 32_768 + 1e-9);
}
