import {
  Application,
  createDecoder,
  createEncoder,
  isOpusError,
  loadLibopus,
  type OpusDecoderHandle,
  type OpusEncoderHandle,
  Signal,
} from 'libopus-wasm';
import type { OpusParameters } from './opus-parameters.ts';
import { SAMPLE_RATE, type SoundDecoder, type SoundEncoder } from './sound-codec.ts';

// The library is given 8 kHz and one channel for one more reason: this build has 64 KB of stack and nothing that guards it.
// Measured, it takes 28 KB for 60 ms here, whatever is sent to us; an encoder of 48 kHz, stereo and 60 ms writes beyond it.

/** bit/s; more is not heard at 8 kHz: speech correlates to 0.999 with what was encoded. */
const BITRATE = 24_000;
/** Of 0 to 10: a third of the highest one's time for a difference nobody hears at this rate. */
const COMPLEXITY = 1;
/** What FEC is dimensioned for. From 10 % on, libopus puts copies into each packet at our bitrate. */
const EXPECTED_LOSS_PERCENT = 10;
/** Fits into one packet of an Ethernet frame beside its headers. */
const MAX_PAYLOAD = 1275;
/** Concealment is made in steps of 2.5 ms, at most 120 ms of it (libopus). */
const STEP = 20;
const LONGEST = 960;

/** Compiles the library, 12 ms, so that no call waits for it. */
export async function preloadOpus(): Promise<void> {
  await loadLibopus();
}

/** Opus to sound (RFC 6716), whatever bandwidth and number of channels the sender uses. */
export class OpusDecoder implements SoundDecoder {
  readonly #decoder: OpusDecoderHandle;

  private constructor(decoder: OpusDecoderHandle) {
    this.#decoder = decoder;
  }

  static async open(): Promise<OpusDecoder> {
    return new OpusDecoder(await createDecoder({ sampleRate: SAMPLE_RATE, channels: 1 }));
  }

  decode(payload: Uint8Array): Int16Array | undefined {
    if (payload.length === 0) return undefined;
    try {
      return this.#decoder.decode(payload);
    } catch (error) {
      // The payload comes from the network.
      if (isOpusError(error)) return undefined;
      throw error;
    }
  }

  /** By the copy that the next packet carries (FEC), as far as it goes, else by what was before (PLC). */
  conceal(count: number, next: Uint8Array): Int16Array {
    const frameSize = Math.min(LONGEST, Math.max(STEP, count - (count % STEP)));
    try {
      if (next.length > 0) return this.#decoder.decode(next, { decodeFec: true, frameSize });
    } catch (error) {
      if (!isOpusError(error)) throw error;
    }
    return this.#decoder.decodePacketLoss(frameSize);
  }

  free(): void {
    this.#decoder.free();
  }
}

export type OpusEncoderOptions = { receiver: OpusParameters; bitrate?: number | undefined };

/** Sound to Opus: mono, narrowband, in the mode for speech. */
export class OpusEncoder implements SoundEncoder {
  readonly #encoder: OpusEncoderHandle;

  private constructor(encoder: OpusEncoderHandle) {
    this.#encoder = encoder;
  }

  static async open({ receiver, bitrate = BITRATE }: OpusEncoderOptions): Promise<OpusEncoder> {
    const encoder = await createEncoder({
      sampleRate: SAMPLE_RATE,
      channels: 1,
      // Not VoIP, which begins with a high-pass filter: the phone has done that already.
      application: Application.Audio,
      signal: Signal.Voice,
      bitrate: Math.min(bitrate, receiver.maxBitrate ?? bitrate),
      complexity: COMPLEXITY,
      vbr: !receiver.constantBitrate,
      dtx: receiver.discontinuous,
      fec: receiver.inBandFec,
      packetLossPercent: receiver.inBandFec ? EXPECTED_LOSS_PERCENT : 0,
    });
    return new OpusEncoder(encoder);
  }

  encode(frame: Int16Array): Uint8Array | undefined {
    const payload = this.#encoder.encode(frame, { frameSize: frame.length, maxPacketBytes: MAX_PAYLOAD });
    // libopus: a packet of two bytes or less need not be sent.
    return payload.length > 2 ? payload : undefined;
  }

  free(): void {
    this.#encoder.free();
  }
}
