import {
  parseTelephoneEvent,
  type RtpTimestamp,
  type SequenceNumber,
  type Ssrc,
  timestampDistance,
} from '@ringback/rtp';
import { type Codec, sameCodec } from '@ringback/sdp';
import { payloadEnd, payloadStart } from '../media/payload.ts';
import type { PayloadRoute } from '../negotiation/payload-routes.ts';
import { ReorderBuffer } from './reorder-buffer.ts';
import { SAMPLE_RATE, type SoundDecoder } from './sound-codec.ts';
import type { KeyReport, SoundSink } from './sound-sink.ts';

/** More than this in a row is not made up: the sound has faded by then. */
const LONGEST_CONCEALED = 0.12 * SAMPLE_RATE;
/** In place of a payload that cannot be decoded. */
const USUAL_PACKET = 0.02 * SAMPLE_RATE;
/** A timestamp further back, or further ahead, than these begins a new count. */
const FURTHEST_BACK = SAMPLE_RATE;
const FURTHEST_AHEAD = 30 * SAMPLE_RATE;

type Arrived = {
  sequenceNumber: SequenceNumber;
  timestamp: RtpTimestamp;
  route: PayloadRoute;
  payload: Uint8Array;
  nowMs: number;
};

/** What decodes one of the sender's formats, whatever number it comes with. */
export type CodecDecoder = { codec: Codec; decoder: SoundDecoder };

/** A timestamp whose position is known. */
type Anchor = { timestamp: RtpTimestamp; clockRate: number; position: number };

/** The packets of one sender, put in order and decoded: sound and keys at positions that go on whatever the sender does. */
export class Reception {
  readonly #decoders: readonly CodecDecoder[];
  readonly #to: SoundSink;
  #ssrc: Ssrc | undefined;
  #order: ReorderBuffer<Arrived>;
  #anchor: Anchor | undefined;
  /** The position after the newest sound, and when that came. */
  #expected = 0;
  #newestMs: number | undefined;
  #key: (KeyReport & { timestamp: RtpTimestamp; segmentAt: number }) | undefined;

  constructor(decoders: readonly CodecDecoder[], to: SoundSink) {
    this.#decoders = decoders;
    this.#to = to;
    this.#order = this.#newOrder();
  }

  #newOrder(): ReorderBuffer<Arrived> {
    return new ReorderBuffer((packet, lost) => this.#take(packet, lost));
  }

  /** Takes one valid packet, in the order of arrival; the bytes are kept for a moment. */
  receive(bytes: Buffer, route: PayloadRoute, nowMs: number): void {
    const ssrc = bytes.readUInt32BE(8);
    if (ssrc !== this.#ssrc) {
      this.#ssrc = ssrc;
      this.#order = this.#newOrder();
      this.#anchor = undefined;
    }
    this.#order.receive({
      sequenceNumber: bytes.readUInt16BE(2),
      timestamp: bytes.readUInt32BE(4),
      route,
      payload: bytes.subarray(payloadStart(bytes), payloadEnd(bytes)),
      nowMs,
    });
  }

  #take(packet: Arrived, lost: number): void {
    if (packet.route.isEvent) this.#takeKey(packet);
    else this.#takeSound(packet, lost);
  }

  #takeSound({ route, payload, timestamp, nowMs }: Arrived, lost: number): void {
    const decoder = this.#decoders.find(({ codec }) => sameCodec(codec, route.codec))?.decoder;
    if (!decoder) return;
    const { clockRate } = route.codec;
    const position = this.#positionOf(timestamp, clockRate, nowMs);
    const missing = Math.min(position - this.#expected, LONGEST_CONCEALED);
    if (lost > 0 && missing > 0) this.#hear(this.#expected, decoder.conceal(missing, payload));
    this.#hear(position, decoder.decode(payload) ?? decoder.conceal(USUAL_PACKET, payload));
    this.#anchor = { timestamp, clockRate, position };
    this.#newestMs = nowMs;
  }

  #hear(position: number, samples: Int16Array): void {
    this.#to.sound(position, samples);
    this.#expected = position + samples.length;
  }

  /** A sender that begins anew goes on here, after the time that has really passed. */
  #positionOf(timestamp: RtpTimestamp, clockRate: number, nowMs: number): number {
    if (this.#anchor?.clockRate === clockRate) {
      const position = positionBy(this.#anchor, timestamp);
      const ahead = position - this.#expected;
      if (ahead > -FURTHEST_BACK && ahead < FURTHEST_AHEAD) return position;
    }
    const sinceMs = nowMs - (this.#newestMs ?? nowMs);
    return this.#expected + Math.max(0, Math.round((sinceMs * SAMPLE_RATE) / 1000) - USUAL_PACKET);
  }

  #takeKey({ route, payload, timestamp, nowMs }: Arrived): void {
    const event = parseTelephoneEvent(payload);
    if (!event) return;
    const { clockRate } = route.codec;
    const at =
      timestamp === this.#key?.timestamp
        ? this.#key.segmentAt
        : this.#keyPosition(timestamp, clockRate, nowMs);
    const durationSamples = Math.round((event.durationSamples * SAMPLE_RATE) / clockRate);
    const position = this.#beginningOf(event.event, at);
    this.#key = {
      event: event.event,
      position,
      durationSamples: at - position + durationSamples,
      volume: event.volume,
      end: event.end,
      timestamp,
      segmentAt: at,
    };
    this.#newestMs = nowMs;
    this.#to.key(this.#key);
  }

  /** RFC 4733 2.1: timestamps run on the clock of the sound; some senders count durations alone by the event's own. */
  #keyPosition(timestamp: RtpTimestamp, clockRate: number, nowMs: number): number {
    const position = this.#positionOf(timestamp, this.#anchor?.clockRate ?? clockRate, nowMs);
    this.#anchor ??= { timestamp, clockRate, position };
    return position;
  }

  /** RFC 4733 2.5.1.3: a long event is reported in segments, each of which begins where the one before ends. */
  #beginningOf(event: number, at: number): number {
    const key = this.#key;
    if (key?.event !== event) return at;
    const goesOn = !key.end && at === key.position + key.durationSamples;
    return key.segmentAt === at || goesOn ? key.position : at;
  }

  close(): void {
    for (const { decoder } of this.#decoders) decoder.free();
  }
}

function positionBy(anchor: Anchor, timestamp: RtpTimestamp): number {
  const ahead = timestampDistance(anchor.timestamp, timestamp);
  return anchor.position + Math.round((ahead * SAMPLE_RATE) / anchor.clockRate);
}
