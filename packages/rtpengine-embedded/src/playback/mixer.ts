import type { Codec } from '@ringback/sdp';
import { lawOf } from '../media/law.ts';
import { payloadEnd, payloadStart } from '../media/payload.ts';
import { FRAME_SAMPLES } from './sound.ts';

/** A peer that has not been heard for this long carries nothing of ours. */
const CARRIES_MS = 100;
/** Frames that wait for a packet of the peer, which may be late; beyond that the oldest is lost. */
const MAX_FRAMES = 6;

/**
 * What is played to a listener who also hears a peer: while the peer speaks, our sound rides in its packets, so that both are
 * heard in one stream. What finds no packet to ride in is due to be sent by itself.
 */
export class Mixer {
  #samples = new Int16Array(0);
  #carriedMs: number | undefined;

  /** `peerMs`: when the peer was last heard. */
  constructor(peerMs: number | undefined) {
    this.#carriedMs = peerMs;
  }

  get empty(): boolean {
    return this.#samples.length === 0;
  }

  /** The frame itself when nobody carries anything and nothing waits, as in most calls; else it waits. */
  take(frame: Int16Array, nowMs: number): Int16Array | undefined {
    if (this.empty && !this.#isCarried(nowMs)) return frame;
    this.#add(frame);
    return undefined;
  }

  #add(frame: Int16Array): void {
    const kept = this.#samples.subarray(Math.max(0, this.#samples.length - (MAX_FRAMES - 1) * FRAME_SAMPLES));
    const samples = new Int16Array(kept.length + frame.length);
    samples.set(kept);
    samples.set(frame, kept.length);
    this.#samples = samples;
  }

  /** Adds what waits to the sound of a packet to the listener, in place. */
  ride(bytes: Buffer, codec: Codec, nowMs: number): void {
    const law = lawOf(codec);
    if (!law) return;
    this.#carriedMs = nowMs;
    const payload = bytes.subarray(payloadStart(bytes), payloadEnd(bytes));
    const count = Math.min(payload.length, this.#samples.length);
    const mixed = law.decode(payload.subarray(0, count));
    for (let i = 0; i < count; i++) {
      mixed[i] = Math.max(-32_768, Math.min(32_767, mixed[i]! + this.#samples[i]!));
    }
    payload.set(law.encode(mixed));
    this.#samples = this.#samples.subarray(count);
  }

  /** The next frame that nobody carries, filled up with silence if it is a rest; `undefined` when there is none. */
  due(nowMs: number): Int16Array | undefined {
    if (this.empty || this.#isCarried(nowMs)) return undefined;
    const frame = new Int16Array(FRAME_SAMPLES);
    frame.set(this.#samples.subarray(0, FRAME_SAMPLES));
    this.#samples = this.#samples.subarray(FRAME_SAMPLES);
    return frame;
  }

  #isCarried(nowMs: number): boolean {
    return this.#carriedMs !== undefined && nowMs - this.#carriedMs < CARRIES_MS;
  }
}
