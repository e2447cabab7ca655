import { describe, expect, it } from 'vitest';
import {
  computeHa1,
  type DigestAlgorithm,
  digestCredentials,
  digestResponse,
  formatAuth,
  formatChallenge,
  parseAuth,
  verifyDigest,
} from '../src/index.ts';

const rfc7616 = {
  method: 'GET',
  uri: '/dir/index.html',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  qop: { value: 'auth', nc: '00000001', cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ' },
} as const;

const credentialsText =
  `Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm=SHA-256,
 nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001,
 cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth,
 response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
 opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`.replaceAll('\n', '');

describe('digestResponse', () => {
  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ] as const)('gives the %s answer of RFC 7616 3.9.1', (algorithm: DigestAlgorithm, expected) => {
    const ha1 = computeHa1(algorithm, 'Mufasa', 'http-auth@example.org', 'Circle of Life');
    expect(digestResponse({ algorithm, ha1, ...rfc7616 })).toBe(expected);
  });

  it('gives the answer of RFC 2617 3.5', () => {
    const ha1 = computeHa1('MD5', 'Mufasa', 'testrealm@host.com', 'Circle Of Life');
    const nonce = 'dcd98b7102dd2f0e8b11d0f600bfb0c093';
    const qop = { value: 'auth', nc: '00000001', cnonce: '0a4f113b' } as const;
    const input = { algorithm: 'MD5', ha1, method: 'GET', uri: '/dir/index.html', nonce } as const;
    expect(digestResponse({ ...input, qop })).toBe('6629fae49393a05397450978507c4ef1');
    // RFC 2069's own figure is wrong; this is the one of its errata.
    expect(digestResponse(input)).toBe('670fd8c2df070c60b045671b8b24ff02');
  });
});

describe('credentials', () => {
  const ha1 = computeHa1('SHA-256', 'Mufasa', 'http-auth@example.org', 'Circle of Life');

  it('verify for the right method and password only', () => {
    const credentials = digestCredentials(parseAuth(credentialsText)!)!;
    expect(credentials).toMatchObject({ username: 'Mufasa', algorithm: 'SHA-256', qop: { nc: '00000001' } });
    expect(verifyDigest(credentials, 'GET', ha1)).toBe(true);
    expect(verifyDigest(credentials, 'POST', ha1)).toBe(false);
    expect(verifyDigest({ ...credentials, response: 'short' }, 'GET', ha1)).toBe(false);
    expect(verifyDigest({ ...credentials, nonce: 'other' }, 'GET', ha1)).toBe(false);
  });

  it.each([
    ['another scheme', 'NoOneKnowsThisScheme opaque-data=here'],
    ['an unknown algorithm', credentialsText.replace('SHA-256', 'SHA-9')],
    ['qop=auth-int', credentialsText.replace('qop=auth', 'qop=auth-int')],
    ['nc of seven digits', credentialsText.replace('00000001', '0000001')],
    ['no nonce', credentialsText.replace('nonce=', 'ounce=')],
    ['no response', credentialsText.replace('response=', 'x=')],
  ])('are undefined with %s', (_, value) => {
    expect(digestCredentials(parseAuth(value)!)).toBeUndefined();
  });
});

describe('parseAuth', () => {
  it.each([
    '',
    'Digest',
    'Digest ',
    'Digest realm',
    'Digest realm=',
    'Digest realm="a" nonce="b"',
    'Digest realm="a",',
    'Digest realm="a',
    'Digest realm="a", realm="b"',
    'Basic dXNlcjpwYXNz',
  ])('refuses %j', (value) => {
    expect(parseAuth(value)).toBeUndefined();
  });

  it('takes quotes and escapes out, and formatAuth puts them back', () => {
    const value = parseAuth('digest  Realm = "a \\"b\\", c" , stale=TRUE')!;
    expect(value).toEqual({
      scheme: 'digest',
      params: new Map([
        ['realm', 'a "b", c'],
        ['stale', 'TRUE'],
      ]),
    });
    expect(formatAuth(value)).toBe('digest realm="a \\"b\\", c", stale=TRUE');
  });

  it('leaves qop bare in credentials', () => {
    expect(formatAuth(parseAuth(credentialsText)!)).toContain(', qop=auth, response="7539');
  });
});

describe('formatChallenge', () => {
  it('writes one line that a client reads back', () => {
    const line = formatChallenge({
      algorithm: 'SHA-256',
      realm: 'ringback.local',
      nonce: 'n',
      opaque: 'o',
      stale: true,
    });
    expect(line).toBe(
      'Digest realm="ringback.local", nonce="n", opaque="o", stale=true, algorithm=SHA-256, qop="auth"',
    );
    expect(parseAuth(line)?.params.get('qop')).toBe('auth');
  });
});
