import type { RtpPacket } from './packet.ts';
import type { RtpTimestamp } from './sequence.ts';

/** The four bytes of a named telephone event (RFC 4733 2.3). */
export type TelephoneEvent = {
  /** 0..15 are the DTMF digits, see `digitOfEvent`. */
  event: number;
  end: boolean;
  /** Power in dBm0 with its sign dropped, 0 (loud) .. 63. */
  volume: number;
  /** Since the event began, in timestamp units, 0..65535. */
  durationSamples: number;
};

// RFC 4733 3.2, table 3: the index is the event code.
const DIGITS = '0123456789*#ABCD';

/** `0..9 * # A..D` of an event code, `undefined` for other events. */
export function digitOfEvent(event: number): string | undefined {
  return DIGITS[event];
}

/** The event code of one DTMF digit, `undefined` for any other text. */
export function eventOfDigit(digit: string): number | undefined {
  const event = digit.length === 1 ? DIGITS.indexOf(digit.toUpperCase()) : -1;
  return event < 0 ? undefined : event;
}

/** Reads an event payload; `undefined` when shorter than four bytes. */
export function parseTelephoneEvent(payload: Uint8Array): TelephoneEvent | undefined {
  if (payload.length < 4) return undefined;
  return {
    event: payload[0]!,
    end: (payload[1]! & 0x80) !== 0,
    volume: payload[1]! & 0x3f,
    durationSamples: (payload[2]! << 8) | payload[3]!,
  };
}

/** The four bytes of an event payload. A duration beyond the field stays at 65535. */
export function writeTelephoneEvent(event: TelephoneEvent): Uint8Array {
  const duration = Math.min(event.durationSamples, 0xffff);
  return Uint8Array.of(
    event.event & 0xff,
    (event.end ? 0x80 : 0) | (event.volume & 0x3f),
    duration >> 8,
    duration & 0xff,
  );
}

/** One packet of an event: all of them carry the timestamp of the event's beginning. */
export type TelephoneEventFrame = { marker: boolean; payload: Uint8Array; atSamples: number };

/**
 * The packets of one key press, in sending order: marker on the first, the final one three times (RFC 4733 2.5.1.4).
 * `atSamples` is when each is due after the event's beginning; the three final packets are due together.
 */
export function telephoneEventFrames(
  event: number,
  shape: { durationSamples: number; frameSamples: number; volume?: number },
): TelephoneEventFrame[] {
  const { durationSamples, frameSamples, volume = 10 } = shape;
  const frames: TelephoneEventFrame[] = [];
  for (let at = frameSamples; at < durationSamples; at += frameSamples) {
    const payload = writeTelephoneEvent({ event, end: false, volume, durationSamples: at });
    frames.push({ marker: frames.length === 0, payload, atSamples: at });
  }
  for (let copy = 0; copy < 3; copy++) {
    const payload = writeTelephoneEvent({ event, end: true, volume, durationSamples });
    frames.push({ marker: frames.length === 0, payload, atSamples: durationSamples });
  }
  return frames;
}

/**
 * Turns a stream of event packets into digits, each exactly once, as soon as its first packet is here:
 * packets with the timestamp of the running event only prolong it (RFC 4733 2.5.1.2).
 */
export class DigitReceiver {
  #last: RtpTimestamp | undefined;

  /** The digit that begins with this packet, otherwise `undefined`. The caller has checked the payload type. */
  receive(packet: Pick<RtpPacket, 'timestamp' | 'payload'>): string | undefined {
    const event = parseTelephoneEvent(packet.payload);
    if (!event || packet.timestamp === this.#last) return undefined;
    this.#last = packet.timestamp;
    return digitOfEvent(event.event);
  }
}
