import {
  computeHa1,
  digestResponse,
  formatAuth,
  parseAuth,
  parseMessage,
  type SipRequest,
} from '@ringback/sip';
import { ManualClock } from '@ringback/testing';
import { describe, expect, it } from 'vitest';
import { createAuthenticator } from '../src/auth/authenticator.ts';
import { isLiveNonce, makeNonce, NONCE_LIFETIME_MS } from '../src/auth/nonce.ts';
import { NonceCounts } from '../src/auth/nonce-counts.ts';

const REALM = 'ringback.local';
const key = Buffer.alloc(32, 7);
const random = Buffer.alloc(9, 1);

describe('a nonce', () => {
  it('is good for a minute, in its realm, from its maker', () => {
    const nonce = makeNonce(key, REALM, 1_000_000, random);
    expect(isLiveNonce(key, REALM, nonce, 1_000_000)).toBe(true);
    expect(isLiveNonce(key, REALM, nonce, 1_000_000 + NONCE_LIFETIME_MS)).toBe(true);
    expect(isLiveNonce(key, REALM, nonce, 1_000_001 + NONCE_LIFETIME_MS)).toBe(false);
    expect(isLiveNonce(key, REALM, nonce, 999_999)).toBe(false);
    expect(isLiveNonce(key, 'elsewhere', nonce, 1_000_000)).toBe(false);
    expect(isLiveNonce(Buffer.alloc(32, 8), REALM, nonce, 1_000_000)).toBe(false);
    for (const made of ['', '.', 'abc', nonce.replace(/^./, 'z'), `${nonce}x`])
      expect(isLiveNonce(key, REALM, made, 1_000_000)).toBe(false);
  });

  it('counts up and never twice', () => {
    const counts = new NonceCounts();
    expect(counts.admit('n', '00000001', 0)).toBe(true);
    expect(counts.admit('n', '00000001', 0)).toBe(false);
    expect(counts.admit('n', '0000000a', 0)).toBe(true);
    expect(counts.admit('n', '00000009', 0)).toBe(false);
    expect(counts.admit('m', '00000001', 0)).toBe(true);
    expect(counts.admit('o', '00000000', 0)).toBe(false);
    expect(counts.admit('o', 'nonsense', 0)).toBe(false);
  });
});

describe('the authenticator', () => {
  const clock = new ManualClock();
  const asked: string[] = [];
  const authenticator = createAuthenticator({
    realm: REALM,
    nowMs: () => clock.nowMs(),
    isOwnHost: (host) => host === REALM || host === '127.0.0.1',
    findCredential: async (username) => {
      asked.push(username);
      if (username !== '1001' && username !== '2001.old') return null;
      return {
        username,
        number: username.slice(0, 4),
        realm: REALM,
        ha1Md5: computeHa1('MD5', username, REALM, 'word'),
        ha1Sha256: computeHa1('SHA-256', username, REALM, 'word'),
        expiresAt: username === '1001' ? null : new Date(clock.nowMs() - 1).toISOString(),
      };
    },
  });

  const request = (authorization: string[] = [], uri = `sip:${REALM}`): SipRequest => {
    const lines = authorization.map((value) => `Authorization: ${value}`);
    const parsed = parseMessage(
      Buffer.from(
        [
          `REGISTER ${uri} SIP/2.0`,
          'Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx',
          ...lines,
          'Call-ID: x',
          'Content-Length: 0',
          '',
          '',
        ].join('\r\n'),
      ),
    );
    if (!parsed.ok || parsed.message.kind !== 'request') throw new Error('not a request');
    return parsed.message;
  };
  const challenge = async (): Promise<string> => {
    const verdict = await authenticator.verify(request(), 401);
    if (verdict.kind !== 'challenge') throw new Error('no challenge');
    const [first = ''] = (verdict.headers['WWW-Authenticate'] ?? '').split('\r\n');
    return parseAuth(first)?.params.get('nonce') ?? '';
  };
  const credentials = (nonce: string, change: Record<string, string> = {}, password = 'word') => {
    const given = {
      username: '1001',
      realm: REALM,
      uri: `sip:${REALM}`,
      algorithm: 'SHA-256',
      nc: '00000001',
      ...change,
    };
    const algorithm = given.algorithm === 'MD5' ? 'MD5' : 'SHA-256';
    const qop = { value: 'auth' as const, nc: given.nc, cnonce: 'c' };
    const ha1 = computeHa1(algorithm, given.username, given.realm, password);
    const response = digestResponse({ algorithm, ha1, method: 'REGISTER', uri: given.uri, nonce, qop });
    return formatAuth({
      scheme: 'Digest',
      params: new Map(Object.entries({ ...given, nonce, response, qop: 'auth', cnonce: 'c' })),
    });
  };
  const verdictOn = async (...authorization: string[]) => {
    const verdict = await authenticator.verify(request(authorization), 401);
    if (verdict.kind === 'authenticated') return verdict.credential.number;
    return /stale=true/.test(verdict.headers['WWW-Authenticate'] ?? '') ? 'stale' : 'refused';
  };

  it('takes both algorithms, and finds the right one among several credentials', async () => {
    expect(await verdictOn(credentials(await challenge()))).toBe('1001');
    expect(await verdictOn(credentials(await challenge(), { algorithm: 'MD5' }))).toBe('1001');
    const nonce = await challenge();
    expect(await verdictOn(credentials(nonce, {}, 'wrong'), credentials(nonce, { algorithm: 'MD5' }))).toBe(
      '1001',
    );
  });

  it('lets a nonce be used on, counting', async () => {
    const nonce = await challenge();
    expect(await verdictOn(credentials(nonce))).toBe('1001');
    expect(await verdictOn(credentials(nonce))).toBe('stale');
    expect(await verdictOn(credentials(nonce, { nc: '00000002' }))).toBe('1001');
    clock.advance(NONCE_LIFETIME_MS + 1);
    expect(await verdictOn(credentials(nonce, { nc: '00000003' }))).toBe('stale');
  });

  it('says stale only to who knows the password', async () => {
    expect(await verdictOn(credentials('made-up'))).toBe('stale');
    expect(await verdictOn(credentials('made-up', {}, 'wrong'))).toBe('refused');
    const nonce = await challenge();
    expect(await verdictOn(credentials(nonce, { uri: 'sip:elsewhere.example' }))).toBe('stale');
    expect(await verdictOn(credentials(nonce, { uri: 'sip:127.0.0.1:5060' }))).toBe('1001');
  });

  it('refuses wrong passwords, unknown users and credentials that ran out alike', async () => {
    expect(await verdictOn(credentials(await challenge(), {}, 'wrong'))).toBe('refused');
    expect(await verdictOn(credentials(await challenge(), { username: 'nobody' }))).toBe('refused');
    expect(await verdictOn(credentials(await challenge(), { username: '2001.old' }))).toBe('refused');
    expect(await verdictOn(credentials(await challenge(), { realm: 'elsewhere' }))).toBe('refused');
    expect(asked).toContain('nobody');
  });

  it('refuses what is no digest with qop', async () => {
    const nonce = await challenge();
    const full = credentials(nonce);
    for (const value of [
      'Basic MTAwMTp3b3Jk',
      full.replace(/, qop=auth/, ''),
      full.replace('SHA-256', 'SHA-512-256'),
      full.replace(/, response="[^"]*"/, ''),
      full.replace('nc=00000001', 'nc=1'),
    ])
      expect(await verdictOn(value)).toBe('refused');
  });
});
