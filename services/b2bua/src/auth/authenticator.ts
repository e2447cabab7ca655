import { randomBytes } from 'node:crypto';
import {
  type DigestCredentials,
  digestCredentials,
  formatChallenge,
  headers,
  parseAuth,
  parseUri,
  type SipRequest,
  unescapeUri,
  verifyDigest,
} from '@ringback/sip';
import type { CredentialRow } from '@ringback/store';
import type { Attempt } from './failed-attempts.ts';
import { knowsMd5Only } from './md5-only-clients.ts';
import { isLiveNonce, makeNonce } from './nonce.ts';
import { NonceCounts } from './nonce-counts.ts';

/** 401 for a registrar, 407 for a call (RFC 3261 22.2, 22.3). */
export type ChallengeStatus = 401 | 407;

export type Verdict =
  | { kind: 'authenticated'; credential: CredentialRow }
  /** Answer with `status` and these headers. */
  | { kind: 'challenge'; status: ChallengeStatus; headers: Record<string, string>; attempt: Attempt };

export interface AuthenticatorOptions {
  readonly realm: string;
  findCredential(username: string): Promise<CredentialRow | null>;
  readonly nowMs: () => number;
  /** True for hosts that stand for this network. */
  isOwnHost(host: string, receivedOn?: string): boolean;
}

export interface Authenticator {
  verify(request: SipRequest, status: ChallengeStatus, receivedOn?: string): Promise<Verdict>;
}

const FIELDS = {
  401: { challenge: 'WWW-Authenticate', credentials: 'Authorization' },
  407: { challenge: 'Proxy-Authenticate', credentials: 'Proxy-Authorization' },
} as const;

/** Digest with qop=auth by MD5 or SHA-256 (RFC 3261 22, RFC 7616, RFC 8760). Nonces are good for this process only. */
export function createAuthenticator({
  realm,
  findCredential,
  nowMs,
  isOwnHost,
}: AuthenticatorOptions): Authenticator {
  const key = randomBytes(32);
  const counts = new NonceCounts();
  // An unknown user costs the same work as a known one.
  const nobody = { ha1Md5: randomBytes(16).toString('hex'), ha1Sha256: randomBytes(32).toString('hex') };

  const challenge = (request: SipRequest, status: ChallengeStatus, attempt: Attempt): Verdict => {
    const stale = attempt === 'stale-nonce';
    const nonce = makeNonce(key, realm, nowMs(), randomBytes(9));
    const md5 = formatChallenge({ algorithm: 'MD5', realm, nonce, stale });
    const sha256 = formatChallenge({ algorithm: 'SHA-256', realm, nonce, stale });
    const name = FIELDS[status].challenge;
    // JsSIP and SIP.js take the last line and know MD5 only; drachtio-srf joins an array by commas, which neither
    // can read, so both lines travel as one value (RFC 8760 2.3: one algorithm a line, the preferred one first).
    return {
      kind: 'challenge',
      status,
      attempt,
      headers: { [name]: knowsMd5Only(request) ? md5 : `${sha256}\r\n${name}: ${md5}` },
    };
  };

  const sameTarget = (request: SipRequest, uri: string, receivedOn: string | undefined): boolean => {
    if (uri === request.uri) return true;
    const [target, named] = [parseUri(request.uri), parseUri(uri)];
    if (!target || !named || !isOwnHost(named.host, receivedOn)) return false;
    // RFC 7616 3.4.6 asks for the same resource; SIPp and some phones name the server alone, whatever is dialled.
    return named.user === undefined || unescapeUri(named.user) === unescapeUri(target.user ?? '');
  };

  return {
    async verify(request, status, receivedOn) {
      const given = credentialsIn(request, FIELDS[status].credentials, realm);
      if (given.length === 0) {
        const others = headers(request, FIELDS[status].credentials).length > 0;
        return challenge(request, status, others ? 'other-realm' : 'no-credentials');
      }
      for (const credentials of given) {
        const row = await findCredential(credentials.username);
        const live = row && (row.expiresAt === null || Date.parse(row.expiresAt) > nowMs()) ? row : undefined;
        const ha1 = ha1Of(credentials, row ?? nobody);
        if (!verifyDigest(credentials, request.method, ha1) || !live) continue;
        // RFC 7616 3.3: the password is right, so the client may try again by itself with a fresh nonce.
        const fresh =
          sameTarget(request, credentials.uri, receivedOn) &&
          isLiveNonce(key, realm, credentials.nonce, nowMs()) &&
          counts.admit(credentials.nonce, credentials.qop?.nc ?? '', nowMs());
        return fresh
          ? { kind: 'authenticated', credential: live }
          : challenge(request, status, 'stale-nonce');
      }
      return challenge(request, status, 'wrong-password');
    },
  };
}

/** Some phones answer every challenge of a response, one line each; two are as many as were sent. */
function credentialsIn(request: SipRequest, field: string, realm: string): DigestCredentials[] {
  return headers(request, field)
    .flatMap((value) => {
      const parsed = parseAuth(value);
      const credentials = parsed && digestCredentials(parsed);
      const ours = credentials?.realm === realm && credentials.qop && credentials.algorithm !== 'SHA-512-256';
      return ours ? [credentials] : [];
    })
    .slice(0, 2);
}

function ha1Of({ algorithm }: DigestCredentials, row: Pick<CredentialRow, 'ha1Md5' | 'ha1Sha256'>): string {
  return algorithm === 'SHA-256' ? row.ha1Sha256 : row.ha1Md5;
}
