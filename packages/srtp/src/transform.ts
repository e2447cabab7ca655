import type { CryptoSuite } from './crypto-suite.ts';
import type { SrtpFault } from './fault.ts';
import type { MasterKey } from './key-derivation.ts';

/** One direction of a session. `mki` stands in every packet when the two sides agreed on one (RFC 3711 3.1). */
export type SrtpSessionOptions = {
  suite: CryptoSuite;
  master: MasterKey;
  mki?: Uint8Array | undefined;
  /** RFC 4568 6.3.2 `UNENCRYPTED_SRTP`: authenticated only. */
  unencryptedRtp?: boolean | undefined;
  /** RFC 4568 6.3.2 `UNENCRYPTED_SRTCP`; a receiver goes by the E bit of each packet. */
  unencryptedRtcp?: boolean | undefined;
};

/** What protects packets whose index is known. `cipherFrom` is where the encrypted part begins. */
export interface PacketTransform {
  /** Bytes that a protected packet is longer than a plain one. */
  readonly rtpOverhead: number;
  readonly rtcpOverhead: number;
  protectRtp(packet: Uint8Array, cipherFrom: number, index: number): Buffer;
  /** Opens in place; a packet that is not authentic keeps its bytes. */
  openRtp(packet: Buffer, cipherFrom: number, index: number): Buffer | SrtpFault;
  /** `indexWord` is the E bit and the SRTCP index (RFC 3711 3.4). */
  protectRtcp(packet: Uint8Array, cipherFrom: number, indexWord: number): Buffer;
  openRtcp(packet: Buffer, cipherFrom: number, indexWord: number): Buffer | SrtpFault;
  /** Where the word with E bit and index stands in a protected packet. */
  indexWordAt(packet: Uint8Array): number;
}

/** Whether packets of both look the same on the wire, so that a session under one may go on under the other. */
export function sameSession(a: SrtpSessionOptions, b: SrtpSessionOptions): boolean {
  return (
    a.suite === b.suite &&
    sameBytes(a.master.key, b.master.key) &&
    sameBytes(a.master.salt, b.master.salt) &&
    sameBytes(a.mki, b.mki) &&
    !a.unencryptedRtp === !b.unencryptedRtp &&
    !a.unencryptedRtcp === !b.unencryptedRtcp
  );
}

function sameBytes(a: Uint8Array = new Uint8Array(0), b: Uint8Array = new Uint8Array(0)): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
