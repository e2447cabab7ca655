import { type Cipher, createCipheriv } from 'node:crypto';

const BLOCK = 16;

/**
 * AES in counter mode as SRTP has it (RFC 3711 4.1.1). Counter blocks are encrypted by one ECB cipher that lives as long
 * as the session: a new CTR cipher for each packet costs four times as much.
 */
export class Keystream {
  readonly #aes: Cipher;
  readonly #salt: Uint8Array;
  /** The counter blocks of a packet, grown to the longest one so far. */
  #blocks: Buffer = numberedBlocks(1);
  readonly #first = new Uint8Array(14);

  constructor(key: Uint8Array, salt: Uint8Array) {
    this.#aes = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
    this.#salt = salt;
  }

  /** Encrypts or decrypts `bytes` between `from` and `end` in place. */
  apply(bytes: Uint8Array, from: number, end: number, ssrc: number, index: number): void {
    if (from >= end) return;
    const stream = this.#aes.update(this.#counters(Math.ceil((end - from) / BLOCK), ssrc, index));
    for (let at = from, i = 0; at < end; at++, i++) bytes[at]! ^= stream[i]!;
  }

  /** RFC 3711 4.1.1: salt, SSRC and index together, then a 16 bit block counter. */
  #counters(count: number, ssrc: number, index: number): Buffer {
    const first = this.#first;
    first.set(this.#salt);
    for (let i = 0; i < 4; i++) first[4 + i]! ^= (ssrc >>> (24 - 8 * i)) & 0xff;
    const high = Math.floor(index / 0x10000);
    for (let i = 0; i < 4; i++) first[8 + i]! ^= (high >>> (24 - 8 * i)) & 0xff;
    first[12]! ^= (index >>> 8) & 0xff;
    first[13]! ^= index & 0xff;
    if (this.#blocks.length < count * BLOCK) this.#blocks = numberedBlocks(count);
    const blocks = this.#blocks;
    for (let at = 0; at < count * BLOCK; at += BLOCK) {
      for (let i = 0; i < 14; i++) blocks[at + i] = first[i]!;
    }
    return blocks.subarray(0, count * BLOCK);
  }
}

function numberedBlocks(count: number): Buffer {
  const blocks = Buffer.alloc(count * BLOCK);
  for (let i = 0; i < count; i++) blocks.writeUInt16BE(i, i * BLOCK + 14);
  return blocks;
}
