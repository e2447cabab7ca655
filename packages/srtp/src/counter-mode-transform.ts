import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { CryptoSuite } from './crypto-suite.ts';
import type { SrtpFault } from './fault.ts';
import type { SessionKeys } from './key-derivation.ts';
import { Keystream } from './keystream.ts';
import type { PacketTransform } from './transform.ts';

const INDEX_WORD = 4;

/**
 * AES in counter mode and HMAC-SHA1 (RFC 3711 4.1.1, 4.2.1; RFC 6188).
 *
 *     SRTP   header | payload, encrypted | MKI | tag          the tag also covers the rollover counter
 *     SRTCP  8 bytes | rest, encrypted | E, index | MKI | tag
 */
export class CounterModeTransform implements PacketTransform {
  readonly rtpOverhead: number;
  readonly rtcpOverhead: number;
  readonly #suite: CryptoSuite;
  readonly #mki: Uint8Array;
  readonly #rtpStream: Keystream;
  readonly #rtcpStream: Keystream;
  readonly #rtpKey: KeyObject;
  readonly #rtcpKey: KeyObject;

  constructor(suite: CryptoSuite, keys: { rtp: SessionKeys; rtcp: SessionKeys }, mki: Uint8Array) {
    this.#suite = suite;
    this.#mki = mki;
    this.rtpOverhead = mki.length + suite.rtpTagLength;
    this.rtcpOverhead = INDEX_WORD + mki.length + suite.rtcpTagLength;
    this.#rtpStream = new Keystream(keys.rtp.cipherKey, keys.rtp.salt);
    this.#rtcpStream = new Keystream(keys.rtcp.cipherKey, keys.rtcp.salt);
    this.#rtpKey = createSecretKey(keys.rtp.authenticationKey);
    this.#rtcpKey = createSecretKey(keys.rtcp.authenticationKey);
  }

  protectRtp(packet: Uint8Array, cipherFrom: number, index: number): Buffer {
    const end = packet.length;
    const out = Buffer.allocUnsafe(end + this.rtpOverhead);
    out.set(packet);
    this.#rtpStream.apply(out, cipherFrom, end, out.readUInt32BE(8), index);
    const tag = this.#rtpTag(out, end, index);
    out.set(this.#mki, end);
    tag.copy(out, end + this.#mki.length, 0, this.#suite.rtpTagLength);
    return out;
  }

  openRtp(packet: Buffer, cipherFrom: number, index: number): Buffer | SrtpFault {
    const end = packet.length - this.rtpOverhead;
    if (!this.#hasKey(packet, end)) return 'unknown-key';
    const sent = Buffer.from(packet.subarray(packet.length - this.#suite.rtpTagLength));
    const overwritten = packet.readUInt32BE(end);
    const tag = this.#rtpTag(packet, end, index);
    packet.writeUInt32BE(overwritten, end);
    if (!timingSafeEqual(sent, tag.subarray(0, sent.length))) return 'unauthenticated';
    this.#rtpStream.apply(packet, cipherFrom, end, packet.readUInt32BE(8), index);
    return packet.subarray(0, end);
  }

  /** RFC 3711 4.2: what is authenticated ends with the rollover counter; it is written over what follows the payload. */
  #rtpTag(packet: Buffer, end: number, index: number): Buffer {
    packet.writeUInt32BE(Math.floor(index / 0x10000), end);
    return createHmac('sha1', this.#rtpKey)
      .update(packet.subarray(0, end + 4))
      .digest();
  }

  protectRtcp(packet: Uint8Array, cipherFrom: number, indexWord: number): Buffer {
    const end = packet.length;
    const out = Buffer.allocUnsafe(end + this.rtcpOverhead);
    out.set(packet);
    this.#rtcpStream.apply(out, cipherFrom, end, out.readUInt32BE(4), indexWord & 0x7fffffff);
    out.writeUInt32BE(indexWord, end);
    out.set(this.#mki, end + INDEX_WORD);
    const tag = createHmac('sha1', this.#rtcpKey)
      .update(out.subarray(0, end + INDEX_WORD))
      .digest();
    tag.copy(out, end + INDEX_WORD + this.#mki.length, 0, this.#suite.rtcpTagLength);
    return out;
  }

  openRtcp(packet: Buffer, cipherFrom: number, indexWord: number): Buffer | SrtpFault {
    const end = packet.length - this.rtcpOverhead;
    if (!this.#hasKey(packet, end + INDEX_WORD)) return 'unknown-key';
    const tag = createHmac('sha1', this.#rtcpKey)
      .update(packet.subarray(0, end + INDEX_WORD))
      .digest();
    const sent = packet.subarray(packet.length - this.#suite.rtcpTagLength);
    if (!timingSafeEqual(sent, tag.subarray(0, sent.length))) return 'unauthenticated';
    this.#rtcpStream.apply(packet, cipherFrom, end, packet.readUInt32BE(4), indexWord & 0x7fffffff);
    return packet.subarray(0, end);
  }

  indexWordAt(packet: Uint8Array): number {
    return packet.length - this.rtcpOverhead;
  }

  #hasKey(packet: Buffer, at: number): boolean {
    return (
      this.#mki.length === 0 ||
      packet.compare(this.#mki, 0, this.#mki.length, at, at + this.#mki.length) === 0
    );
  }
}
