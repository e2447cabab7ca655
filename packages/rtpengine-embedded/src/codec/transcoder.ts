import type { Codec } from '@ringback/sdp';
import { lawOf } from '../media/law.ts';
import type { PayloadRoute, TranscodingPlan } from '../negotiation/payload-routes.ts';
import { Emission } from './emission.ts';
import { KeyDetection } from './key-detection.ts';
import { KeyTones } from './key-tones.ts';
import { openDecoder, openEncoder } from './open-codec.ts';
import { Reception } from './reception.ts';
import { SAMPLE_RATE } from './sound-codec.ts';
import type { SoundSink } from './sound-sink.ts';

/** Lengths of an Opus frame (RFC 6716 2.1.4) that phones use, in ms; G.711 has any multiple of the first up to the last. */
const OPUS_FRAMES = [10, 20, 40, 60] as const;
const SHORTEST = 10;
const LONGEST = 60;

/** Takes a packet that is ready but for the numbering towards its receiver. */
export type SendAt = (bytes: Buffer, route: PayloadRoute, nowMs: number) => void;

/** One direction of a call, decoded and encoded: packets of the sender in, as they arrive; packets for the receiver out. */
export type Transcoder = {
  receive(bytes: Buffer, route: PayloadRoute, nowMs: number): void;
  close(): void;
};

/**
 * The steps of a plan in a row: order and decode, find or make keys, frame and encode. Nothing of it waits: what a packet
 * completes is sent before `receive` returns. `seed`: 32 random bits.
 */
export async function openTranscoder(plan: TranscodingPlan, seed: number, send: SendAt): Promise<Transcoder> {
  const [encoder, ...decoders] = await Promise.all([
    openEncoder(plan.to, plan.bitrate),
    ...plan.from.map(openDecoder),
  ]);
  let atMs = 0;
  const frameSamples = (frameMs(plan.to, plan.ptimeMs) * SAMPLE_RATE) / 1000;
  const format = { codec: plan.to, event: plan.event, frameSamples };
  const emission = new Emission(format, encoder, seed, (bytes, route) => send(bytes, route, atMs));
  const reception = new Reception(
    plan.from.map((codec, i) => ({ codec, decoder: decoders[i]! })),
    keySteps(plan, emission),
  );
  return {
    receive: (bytes, route, nowMs) => {
      atMs = nowMs;
      reception.receive(bytes, route, nowMs);
    },
    close: () => {
      reception.close();
      emission.close();
    },
  };
}

function keySteps(plan: TranscodingPlan, last: SoundSink): SoundSink {
  if (plan.makesTones) return new KeyTones(last);
  return plan.detectsKeys ? new KeyDetection(last) : last;
}

function frameMs(codec: Codec, ptimeMs: number): number {
  if (lawOf(codec)) return Math.max(SHORTEST, Math.min(LONGEST, ptimeMs - (ptimeMs % SHORTEST)));
  return OPUS_FRAMES.findLast((frame) => frame <= ptimeMs) ?? SHORTEST;
}
