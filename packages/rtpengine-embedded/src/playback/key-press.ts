import { dtmfTone } from '@ringback/audio';
import { eventOfDigit, telephoneEventFrames } from '@ringback/rtp';
import { PERIOD_MS } from '@ringback/runtime';
import { type Codec, isAuxiliary, isTelephoneEvent } from '@ringback/sdp';
import type { OwnFrame } from '../media/egress.ts';
import { type FrameEncoder, openFrameEncoder } from './frame-encoder.ts';
import { FRAME_SAMPLES } from './sound.ts';

/** One key, as `play DTMF` asks for it. */
export type KeyPress = {
  digit: string;
  durationMs: number;
  /** Silence before the next key. */
  pauseMs: number;
  /** Level in dBm0, 0 or less. */
  levelDbm0: number;
};

/** How a listener takes keys: as telephone-events with this payload type, or heard in the sound. */
export type KeyFormat = { payloadType: number; clockRate: number } | FrameEncoder;

/** How this listener takes keys: as events on the clock of its audio, else as events on any, else as sound if it takes that. */
export async function openKeyFormat(takes: readonly Codec[]): Promise<KeyFormat | undefined> {
  const events = takes.filter(isTelephoneEvent);
  const clockRate = takes.find((codec) => !isAuxiliary(codec))?.clockRate;
  return events.find((codec) => codec.clockRate === clockRate) ?? events[0] ?? openFrameEncoder(takes);
}

export function closeKeyFormat(format: KeyFormat): void {
  if ('close' in format) format.close();
}

/** What is sent in one period of 20 ms; `sounding` is false in the pause after a key. */
export type KeyPeriod = { frames: readonly OwnFrame[]; sounding: boolean };

const PAUSE: KeyPeriod = { frames: [], sounding: false };

/** The periods of one key, one after the other. The format is closed with them. */
export function* periodsOf(press: KeyPress, format: KeyFormat): Generator<KeyPeriod, void, void> {
  try {
    yield* 'encode' in format ? tonePeriods(press, format) : eventPeriods(press, format);
    for (let atMs = 0; atMs < press.pauseMs; atMs += PERIOD_MS) yield PAUSE;
  } finally {
    closeKeyFormat(format);
  }
}

// RFC 4733 2.5.1: all packets of an event carry the timestamp of its beginning; the last one comes three times.
function* eventPeriods(
  { digit, durationMs, levelDbm0 }: KeyPress,
  { payloadType, clockRate }: { payloadType: number; clockRate: number },
): Generator<KeyPeriod, void, void> {
  const frameSamples = (clockRate * PERIOD_MS) / 1000;
  const durationSamples = Math.round((clockRate * durationMs) / 1000);
  const shape = { durationSamples, frameSamples, volume: Math.min(63, Math.round(-levelDbm0)) };
  const left = telephoneEventFrames(eventOfDigit(digit) ?? 0, shape);
  for (let at = frameSamples; left.length > 0; at += frameSamples) {
    const due = left.findIndex(({ atSamples }) => atSamples > at);
    const frames = left.splice(0, due < 0 ? left.length : due);
    yield {
      sounding: true,
      frames: frames.map(({ payload, marker }) => ({ payload, marker, payloadType, clockRate, advance: 0 })),
    };
  }
}

function* tonePeriods(
  { digit, durationMs, levelDbm0 }: KeyPress,
  encoder: FrameEncoder,
): Generator<KeyPeriod, void, void> {
  for (let at = 0; at * PERIOD_MS < durationMs; at++) {
    const samples = dtmfTone(digit, { durationMs: PERIOD_MS, levelDbm0, startSample: at * FRAME_SAMPLES });
    const frame = encoder.encode(samples, at === 0);
    yield { sounding: true, frames: frame ? [frame] : [] };
  }
}
