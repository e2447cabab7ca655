import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CRYPTO_SUITES, readCrypto, writeCrypto } from '../src/index.ts';

// RFC 4568 9.1's own example.
const KEY = 'd0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj';
const line = (rest: string) => `1 AES_CM_128_HMAC_SHA1_80 ${rest}`;

describe('a=crypto', () => {
  it('reads the example of RFC 4568', () => {
    const read = readCrypto(line(`inline:${KEY}|2^20|1:32`));
    expect(read).toMatchObject({ tag: 1, suite: { name: 'AES_CM_128_HMAC_SHA1_80' }, lifetime: 2 ** 20 });
    if ('refused' in read) throw new Error(read.refused);
    expect(Buffer.concat([read.master.key, read.master.salt]).toString('base64')).toBe(KEY);
    expect(read.master.key).toHaveLength(16);
    expect(read.mki).toEqual(Buffer.concat([Buffer.alloc(31), Buffer.of(1)]));
  });

  it.each([
    ['no lifetime, but an MKI', `inline:${KEY}|66051:4`, { lifetime: undefined, mki: Buffer.of(0, 1, 2, 3) }],
    ['a lifetime in digits', `inline:${KEY}|1048576`, { lifetime: 1_048_576, mki: undefined }],
    ['nothing but the key', `inline:${KEY}`, { unencryptedRtp: false, unencryptedRtcp: false }],
    ['no encryption of RTCP', `inline:${KEY} UNENCRYPTED_SRTCP`, { unencryptedRtcp: true }],
    ['no encryption of RTP', `inline:${KEY} KDR=0 WSH=128 UNENCRYPTED_SRTP`, { unencryptedRtp: true }],
    ['what may be ignored', `inline:${KEY} -X-ours=3`, { tag: 1 }],
  ])('reads %s', (_, rest, expected) => {
    expect(readCrypto(line(rest))).toMatchObject(expected);
  });

  it.each([
    ['another suite', '1 F8_128_HMAC_SHA1_80 inline:x', /F8_128_HMAC_SHA1_80 is not known/],
    ['no tag', `x AES_CM_128_HMAC_SHA1_80 inline:${KEY}`, /tag/],
    ['tag 0', `0 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`, /tag/],
    ['nothing', '', /tag/],
    ['a key elsewhere', line('uri:https://example.net'), /not given inline/],
    ['a short key', line('inline:d0RmdmcmVCspeEc3'), /is 30 bytes in Base64/],
    ['a key that is no Base64', line(`inline:${KEY.slice(0, -1)}!`), /is 30 bytes in Base64/],
    ['several keys', line(`inline:${KEY}|2^20|1:4;inline:${KEY}|2^20|2:4`), /several keys/],
    ['a lifetime of 0', line(`inline:${KEY}|0`), /lifetime 0 /],
    ['a lifetime beyond the protocol', line(`inline:${KEY}|2^49`), /lifetime 2\^49/],
    ['a lifetime of words', line(`inline:${KEY}|long|1:4`), /lifetime long/],
    ['an MKI longer than it says', line(`inline:${KEY}|256:1`), /MKI 256:1/],
    ['an MKI of 129 bytes', line(`inline:${KEY}|1:129`), /MKI 1:129/],
    ['a derivation rate', line(`inline:${KEY} KDR=8`), /KDR=8 is not supported/],
    ['no authentication', line(`inline:${KEY} UNAUTHENTICATED_SRTP`), /UNAUTHENTICATED_SRTP is not/],
    ['forward error correction', line(`inline:${KEY} FEC_ORDER=FEC_SRTP`), /FEC_ORDER/],
    ['an unknown parameter', line(`inline:${KEY} NEW=1`), /NEW=1/],
  ])('refuses %s', (_, value, reason) => {
    expect(readCrypto(value)).toMatchObject({ refused: expect.stringMatching(reason) });
  });

  it('reads what it wrote, padded or not', () => {
    const attributes = fc.record({
      tag: fc.integer({ min: 1, max: 999_999_999 }),
      suite: fc.constantFrom(...CRYPTO_SUITES),
      bytes: fc.uint8Array({ minLength: 46, maxLength: 46 }).map((bytes) => Buffer.from(bytes)),
      lifetime: fc.option(fc.integer({ min: 1, max: 2 ** 48 }), { nil: undefined }),
      mki: fc.option(
        fc.uint8Array({ minLength: 1, maxLength: 128 }).map((bytes) => Buffer.from(bytes)),
        {
          nil: undefined,
        },
      ),
      unencryptedRtp: fc.boolean(),
      unencryptedRtcp: fc.boolean(),
    });
    fc.assert(
      fc.property(attributes, fc.boolean(), ({ bytes, ...rest }, padded) => {
        const { keyLength, saltLength } = rest.suite;
        const master = {
          key: bytes.subarray(0, keyLength),
          salt: bytes.subarray(keyLength, keyLength + saltLength),
        };
        expect(readCrypto(writeCrypto({ ...rest, master }, padded))).toEqual({ ...rest, master });
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        readCrypto(text);
        readCrypto(line(text));
        readCrypto(line(`inline:${KEY}${text}`));
      }),
    );
  });
});
