import { computeHa1 } from '@ringback/sip';
import type { CredentialRow } from '@ringback/store';

/** What is kept of a password: its two HA1s (RFC 7616 3.4.2), which are good for this realm only. */
export function credentialOf(credential: {
  username: string;
  number: string;
  password: string;
  realm: string;
  expiresAt: string | null;
}): CredentialRow {
  const { username, number, password, realm, expiresAt } = credential;
  return {
    username,
    number,
    realm,
    ha1Md5: computeHa1('MD5', username, realm, password),
    ha1Sha256: computeHa1('SHA-256', username, realm, password),
    expiresAt,
  };
}
