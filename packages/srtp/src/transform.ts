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
