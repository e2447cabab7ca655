import { digitOfEvent, parseTelephoneEvent, timestampDistance } from '@ringback/rtp';
import { payloadEnd, payloadStart } from './payload.ts';

/** A key that was pressed, and the Unix time at which its first packet came. */
export type PressedKey = { readonly digit: string; readonly atMs: number };

/** A client that asks each second misses none of so many. */
const KEPT = 32;

/** The keys that one party pressed, each once however many packets tell of it: the newest of them. */
export class KeyLog {
  #keys: readonly PressedKey[] = [];
  #newest: { ssrc: number; timestamp: number } | undefined;

  /** The newest, oldest first. */
  get keys(): readonly PressedKey[] {
    return this.#keys;
  }

  /** Takes a valid RTP packet whose payload is a telephone-event. */
  hear(bytes: Buffer, unixMs: number): void {
    const [ssrc, timestamp] = [bytes.readUInt32BE(8), bytes.readUInt32BE(4)];
    const newest = this.#newest;
    // RFC 4733 2.5.1.2: all packets of an event carry the timestamp of its beginning; a late one tells nothing new.
    if (newest?.ssrc === ssrc && timestampDistance(newest.timestamp, timestamp) <= 0) return;
    const event = parseTelephoneEvent(bytes.subarray(payloadStart(bytes), payloadEnd(bytes)));
    const digit = event && digitOfEvent(event.event);
    if (digit === undefined) return;
    this.#newest = { ssrc, timestamp };
    this.#keys = [...this.#keys.slice(1 - KEPT), { digit, atMs: unixMs }];
  }
}
