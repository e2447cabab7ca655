import { addSequence, addTimestamp, writeTelephoneEvent } from '@ringback/rtp';
import type { Codec } from '@ringback/sdp';
import type { PayloadRoute } from '../negotiation/payload-routes.ts';
import { Framer } from './framer.ts';
import { SAMPLE_RATE, type SoundEncoder } from './sound-codec.ts';
import type { KeyReport, SoundSink } from './sound-sink.ts';

const HEADER = 12;
const MARKER = 0x80;
const LONGEST_EVENT = 0xffff;

/** A packet of ours, whose numbers are a source's of its own, and the format that it is in. */
export type SendPacket = (bytes: Buffer, route: PayloadRoute) => void;

/** What the receiver gets: its codec, and its telephone-event if it has one. */
export type EmissionFormat = {
  codec: Codec;
  event: Codec | undefined;
  frameSamples: number;
};

/** The last step: frames of the receiver's length, encoded, and keys on the receiver's clock, as RTP. */
export class Emission implements SoundSink {
  readonly #codec: PayloadRoute;
  readonly #event: PayloadRoute | undefined;
  readonly #encoder: SoundEncoder;
  readonly #framer: Framer;
  readonly #send: SendPacket;
  readonly #ssrc: number;
  readonly #firstTimestamp: number;
  #sequenceNumber: number;
  /** Nothing was sent just before. */
  #begins = true;
  #keyAt: number | undefined;

  /** `seed`: 32 random bits, for the numbers that begin anywhere (RFC 3550 5.1). */
  constructor(format: EmissionFormat, encoder: SoundEncoder, seed: number, send: SendPacket) {
    this.#codec = routeTo(format.codec, false);
    this.#event = format.event && routeTo(format.event, true);
    this.#encoder = encoder;
    this.#send = send;
    this.#ssrc = seed >>> 0;
    this.#firstTimestamp = Math.imul(seed, 0x9e3779b1) >>> 0;
    this.#sequenceNumber = (seed >>> 8) & 0x7fff;
    this.#framer = new Framer(format.frameSamples, (position, frame, begins) =>
      this.#sendFrame(position, frame, begins),
    );
  }

  sound(position: number, samples: Int16Array): void {
    this.#framer.write(position, samples);
  }

  #sendFrame(position: number, frame: Int16Array, begins: boolean): void {
    const payload = this.#encoder.encode(frame);
    if (begins || !payload) this.#begins = true;
    if (!payload) return;
    this.#sendPacket(this.#codec, this.#timestampAt(position), this.#begins, payload);
    this.#begins = false;
  }

  key(report: KeyReport): void {
    const route = this.#event;
    if (!route) return;
    const marker = report.position !== this.#keyAt;
    if (marker) this.#framer.flush();
    this.#keyAt = report.position;
    const duration = Math.round((report.durationSamples * route.clockRate) / SAMPLE_RATE);
    // RFC 4733 2.5.1.3: what does not fit into the field goes on as a further segment.
    const before = Math.floor(Math.max(0, duration - 1) / LONGEST_EVENT) * LONGEST_EVENT;
    const segmentAt = report.position + Math.round((before * SAMPLE_RATE) / route.clockRate);
    const payload = writeTelephoneEvent({ ...report, durationSamples: duration - before });
    this.#sendPacket(route, this.#timestampAt(segmentAt), marker, payload);
    this.#begins = true;
  }

  #timestampAt(position: number): number {
    return addTimestamp(this.#firstTimestamp, Math.round((position * this.#codec.clockRate) / SAMPLE_RATE));
  }

  #sendPacket(route: PayloadRoute, timestamp: number, marker: boolean, payload: Uint8Array): void {
    const bytes = Buffer.allocUnsafe(HEADER + payload.length);
    bytes[0] = 0x80;
    bytes[1] = (marker ? MARKER : 0) | route.payloadType;
    bytes.writeUInt16BE(this.#sequenceNumber, 2);
    bytes.writeUInt32BE(timestamp, 4);
    bytes.writeUInt32BE(this.#ssrc, 8);
    bytes.set(payload, HEADER);
    this.#sequenceNumber = addSequence(this.#sequenceNumber, 1);
    this.#send(bytes, route);
  }

  close(): void {
    this.#encoder.free();
  }
}

function routeTo(codec: Codec, isEvent: boolean): PayloadRoute {
  return { codec, payloadType: codec.payloadType, clockRate: codec.clockRate, isEvent };
}
