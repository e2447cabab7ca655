import { createCipheriv } from 'node:crypto';
import type { CryptoSuite } from './crypto-suite.ts';

/** What the two sides agreed on for one direction; lengths are those of the suite. */
export type MasterKey = { key: Uint8Array; salt: Uint8Array };

/** Keys of one of the two protocols. `authenticationKey` is not used by AEAD suites. */
export type SessionKeys = { cipherKey: Buffer; authenticationKey: Buffer; salt: Buffer };

const AUTHENTICATION_KEY_LENGTH = 20;
/** RFC 3711 4.3.2; those of SRTCP are three higher. */
const LABEL = { cipherKey: 0, authenticationKey: 1, salt: 2 } as const;
const SRTCP = 3;

/**
 * The session keys of SRTP and SRTCP (RFC 3711 4.3) with a key derivation rate of 0: once, for the whole session.
 * Throws RangeError when key or salt are not as long as the suite says.
 */
export function deriveSessionKeys(
  suite: CryptoSuite,
  master: MasterKey,
): { rtp: SessionKeys; rtcp: SessionKeys } {
  if (master.key.length !== suite.keyLength || master.salt.length !== suite.saltLength) {
    throw new RangeError(
      `${suite.name} takes ${suite.keyLength} bytes of key and ${suite.saltLength} of salt`,
    );
  }
  const keysFrom = (first: number): SessionKeys => ({
    cipherKey: derive(master, first + LABEL.cipherKey, suite.keyLength),
    authenticationKey: derive(master, first + LABEL.authenticationKey, AUTHENTICATION_KEY_LENGTH),
    salt: derive(master, first + LABEL.salt, suite.saltLength),
  });
  return { rtp: keysFrom(0), rtcp: keysFrom(SRTCP) };
}

/** AES in counter mode over zeros (RFC 3711 4.3.3, RFC 6188 3); a 12 byte salt is padded on its right (RFC 7714 11). */
export function derive({ key, salt }: MasterKey, label: number, length: number): Buffer {
  const counter = Buffer.alloc(16);
  counter.set(salt);
  counter[7]! ^= label;
  return createCipheriv(`aes-${key.length * 8}-ctr`, key, counter).update(Buffer.alloc(length));
}
