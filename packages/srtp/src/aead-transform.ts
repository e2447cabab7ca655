import {
  type CipherGCMTypes,
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
} from 'node:crypto';
import type { CryptoSuite } from './crypto-suite.ts';
import type { SrtpFault } from './fault.ts';
import type { SessionKeys } from './key-derivation.ts';
import type { PacketTransform } from './transform.ts';

const INDEX_WORD = 4;
const TAG = { authTagLength: 16 } as const;

/**
 * AES-GCM (RFC 7714), where the tag is part of the cipher's output and the MKI comes last.
 *
 *     SRTP   header | payload, encrypted | tag | MKI
 *     SRTCP  8 bytes | rest, encrypted | tag | E, index | MKI
 *
 * GCM takes its nonce when it is made, so that there is one cipher for each packet.
 */
export class AeadTransform implements PacketTransform {
  readonly rtpOverhead: number;
  readonly rtcpOverhead: number;
  readonly #mki: Uint8Array;
  readonly #rtp: { key: KeyObject; salt: Uint8Array };
  readonly #rtcp: { key: KeyObject; salt: Uint8Array };
  readonly #algorithm: CipherGCMTypes;

  constructor(suite: CryptoSuite, keys: { rtp: SessionKeys; rtcp: SessionKeys }, mki: Uint8Array) {
    this.#algorithm = suite.keyLength === 32 ? 'aes-256-gcm' : 'aes-128-gcm';
    this.#mki = mki;
    this.rtpOverhead = TAG.authTagLength + mki.length;
    this.rtcpOverhead = TAG.authTagLength + INDEX_WORD + mki.length;
    this.#rtp = { key: createSecretKey(keys.rtp.cipherKey), salt: keys.rtp.salt };
    this.#rtcp = { key: createSecretKey(keys.rtcp.cipherKey), salt: keys.rtcp.salt };
  }

  protectRtp(packet: Uint8Array, cipherFrom: number, index: number): Buffer {
    const cipher = createCipheriv(
      this.#algorithm,
      this.#rtp.key,
      rtpNonce(this.#rtp.salt, packet, index),
      TAG,
    );
    cipher.setAAD(packet.subarray(0, cipherFrom));
    return this.#sealed(packet, cipherFrom, cipher, new Uint8Array(0));
  }

  openRtp(packet: Buffer, cipherFrom: number, index: number): Buffer | SrtpFault {
    const end = packet.length - this.rtpOverhead;
    if (!this.#hasKey(packet)) return 'unknown-key';
    const nonce = rtpNonce(this.#rtp.salt, packet, index);
    return this.#opened(packet, cipherFrom, end, this.#rtp.key, nonce, packet.subarray(0, cipherFrom));
  }

  protectRtcp(packet: Uint8Array, cipherFrom: number, indexWord: number): Buffer {
    const word = Buffer.alloc(INDEX_WORD);
    word.writeUInt32BE(indexWord);
    const nonce = rtcpNonce(this.#rtcp.salt, packet, indexWord);
    const cipher = createCipheriv(this.#algorithm, this.#rtcp.key, nonce, TAG);
    // RFC 7714 9.2, 9.3: the index word is authenticated behind the header, or behind all when nothing is encrypted.
    cipher.setAAD(Buffer.concat([packet.subarray(0, cipherFrom), word]));
    return this.#sealed(packet, cipherFrom, cipher, word);
  }

  openRtcp(packet: Buffer, cipherFrom: number, indexWord: number): Buffer | SrtpFault {
    const end = packet.length - this.rtcpOverhead;
    if (!this.#hasKey(packet)) return 'unknown-key';
    const at = this.indexWordAt(packet);
    const associated = Buffer.concat([packet.subarray(0, cipherFrom), packet.subarray(at, at + INDEX_WORD)]);
    const nonce = rtcpNonce(this.#rtcp.salt, packet, indexWord);
    return this.#opened(packet, cipherFrom, end, this.#rtcp.key, nonce, associated);
  }

  indexWordAt(packet: Uint8Array): number {
    return packet.length - this.#mki.length - INDEX_WORD;
  }

  #sealed(
    packet: Uint8Array,
    cipherFrom: number,
    cipher: ReturnType<typeof createCipheriv> & { getAuthTag(): Buffer },
    word: Uint8Array,
  ): Buffer {
    const body = cipher.update(packet.subarray(cipherFrom));
    cipher.final();
    const end = packet.length;
    const out = Buffer.allocUnsafe(end + TAG.authTagLength + word.length + this.#mki.length);
    out.set(packet.subarray(0, cipherFrom));
    out.set(body, cipherFrom);
    out.set(cipher.getAuthTag(), end);
    out.set(word, end + TAG.authTagLength);
    out.set(this.#mki, end + TAG.authTagLength + word.length);
    return out;
  }

  #opened(
    packet: Buffer,
    cipherFrom: number,
    end: number,
    key: KeyObject,
    nonce: Uint8Array,
    associated: Uint8Array,
  ): Buffer | SrtpFault {
    const decipher = createDecipheriv(this.#algorithm, key, nonce, TAG);
    decipher.setAAD(associated);
    decipher.setAuthTag(packet.subarray(end, end + TAG.authTagLength));
    const body = decipher.update(packet.subarray(cipherFrom, end));
    try {
      decipher.final();
    } catch {
      // The only thing that `final` says no to is the tag.
      return 'unauthenticated';
    }
    packet.set(body, cipherFrom);
    return packet.subarray(0, end);
  }

  #hasKey(packet: Buffer): boolean {
    const { length } = this.#mki;
    return length === 0 || packet.subarray(packet.length - length).equals(this.#mki);
  }
}

/** RFC 7714 8.1: two zero bytes, SSRC, rollover counter and sequence number, over the salt. */
function rtpNonce(salt: Uint8Array, packet: Uint8Array, index: number): Uint8Array {
  const nonce = Uint8Array.from(salt);
  const rolloverCounter = Math.floor(index / 0x10000);
  for (let i = 0; i < 4; i++) {
    nonce[2 + i]! ^= packet[8 + i]!;
    nonce[6 + i]! ^= (rolloverCounter >>> (24 - 8 * i)) & 0xff;
  }
  nonce[10]! ^= packet[2]!;
  nonce[11]! ^= packet[3]!;
  return nonce;
}

/** RFC 7714 9.1: two zero bytes, SSRC, two zero bytes, and the index without the E bit, over the salt. */
function rtcpNonce(salt: Uint8Array, packet: Uint8Array, indexWord: number): Uint8Array {
  const nonce = Uint8Array.from(salt);
  for (let i = 0; i < 4; i++) {
    nonce[2 + i]! ^= packet[4 + i]!;
    nonce[8 + i]! ^= ((indexWord & 0x7fffffff) >>> (24 - 8 * i)) & 0xff;
  }
  return nonce;
}
