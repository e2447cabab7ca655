/** Names as they stand in `a=crypto` (RFC 4568 6.2, RFC 6188 4, RFC 7714 14.1). */
export type CryptoSuiteName =
  | 'AEAD_AES_256_GCM'
  | 'AEAD_AES_128_GCM'
  | 'AES_256_CM_HMAC_SHA1_80'
  | 'AES_256_CM_HMAC_SHA1_32'
  | 'AES_CM_128_HMAC_SHA1_80'
  | 'AES_CM_128_HMAC_SHA1_32';

/** How packets are protected. Lengths are bytes. */
export type CryptoSuite = {
  readonly name: CryptoSuiteName;
  /** AES in counter mode beside HMAC-SHA1, or AES-GCM that does both. */
  readonly kind: 'counter-mode' | 'aead';
  readonly keyLength: 16 | 32;
  readonly saltLength: 12 | 14;
  readonly rtpTagLength: 4 | 10 | 16;
  readonly rtcpTagLength: 10 | 16;
};

const AES_CM = { kind: 'counter-mode', saltLength: 14, rtcpTagLength: 10 } as const;
const AES_GCM = { kind: 'aead', saltLength: 12, rtpTagLength: 16, rtcpTagLength: 16 } as const;

/** Everything that is spoken here, the strongest first. RFC 4568 6.2.2: the short tag is for RTP, never for RTCP. */
export const CRYPTO_SUITES: readonly CryptoSuite[] = [
  { name: 'AEAD_AES_256_GCM', keyLength: 32, ...AES_GCM },
  { name: 'AEAD_AES_128_GCM', keyLength: 16, ...AES_GCM },
  { name: 'AES_256_CM_HMAC_SHA1_80', keyLength: 32, rtpTagLength: 10, ...AES_CM },
  { name: 'AES_256_CM_HMAC_SHA1_32', keyLength: 32, rtpTagLength: 4, ...AES_CM },
  { name: 'AES_CM_128_HMAC_SHA1_80', keyLength: 16, rtpTagLength: 10, ...AES_CM },
  { name: 'AES_CM_128_HMAC_SHA1_32', keyLength: 16, rtpTagLength: 4, ...AES_CM },
];

/** The suite of that name; `undefined` for one that is not spoken here. */
export function cryptoSuite(name: string): CryptoSuite | undefined {
  return CRYPTO_SUITES.find((suite) => suite.name === name);
}
