import { describe, expect, it } from 'vitest';
import { AeadTransform } from '../src/aead-transform.ts';
import { cryptoSuite } from '../src/crypto-suite.ts';
import { derive, deriveSessionKeys } from '../src/key-derivation.ts';
import { Keystream } from '../src/keystream.ts';

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');

describe('RFC 3711', () => {
  it('B.2: the keystream of AES in counter mode', () => {
    const stream = new Keystream(
      hex('2B7E151628AED2A6ABF7158809CF4F3C'),
      hex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD'),
    );
    const blocks = Buffer.alloc(16 * 0xff02);
    stream.apply(blocks, 0, blocks.length, 0, 0);
    expect(blocks.subarray(0, 48)).toEqual(
      hex(
        'E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB 41E95B3BB0A2E8DD477901E4FCA894C0',
      ),
    );
    expect(blocks.subarray(16 * 0xfeff)).toEqual(
      hex(
        'EC8CDF7398607CB0F2D21675EA9EA1E4 362B7C3C6773516318A077D7FC5073AE 6A2CC3787889374FBEB4C81B17BA6C44',
      ),
    );
  });

  it('B.3: the session keys', () => {
    const master = {
      key: hex('E1F97A0D3E018BE0D64FA32C06DE4139'),
      salt: hex('0EC675AD498AFEEBB6960B3AABE6'),
    };
    const { rtp } = deriveSessionKeys(cryptoSuite('AES_CM_128_HMAC_SHA1_80')!, master);
    expect(rtp.cipherKey).toEqual(hex('C61E7A93744F39EE10734AFE3FF7A087'));
    expect(rtp.salt).toEqual(hex('30CBBC08863D8C85D49DB34A9AE1'));
    expect(derive(master, 1, 94)).toEqual(
      hex(`CEBE321F6FF7716B6FD4AB49AF256A15 6D38BAA48F0A0ACF3C34E2359E6CDBCE E049646C43D9327AD175578EF7227098
           6371C10C9A369AC2F94A8C5FBCDDDC25 6D6E919A48B610EF17C2041E47403576 6B68642C59BBFC2F34DB60DBDFB2`),
    );
    expect(rtp.authenticationKey).toEqual(derive(master, 1, 94).subarray(0, 20));
  });
});

describe('RFC 6188', () => {
  it('7.1: the keystream of AES-256 in counter mode', () => {
    const stream = new Keystream(
      hex('57f82fe3613fd170a85ec93c40b1f0922ec4cb0dc025b58272147cc438944a98'),
      hex('f0f1f2f3f4f5f6f7f8f9fafbfcfd'),
    );
    const blocks = Buffer.alloc(16 * 0xff02);
    stream.apply(blocks, 0, blocks.length, 0, 0);
    expect(blocks.subarray(0, 48)).toEqual(
      hex(
        '92bdd28a93c3f52511c677d08b5515a4 9da71b2378a854f67050756ded165bac 63c4868b7096d88421b563b8c94c9a31',
      ),
    );
    expect(blocks.subarray(16 * 0xfeff)).toEqual(
      hex(
        'cea518c90fd91ced9cbb18c078a54711 3dbc4814f4da5f00a08772b63c6a046d 6eb246913062a16891433e97dd01a57f',
      ),
    );
  });

  it('7.2: the session keys', () => {
    const { rtp } = deriveSessionKeys(cryptoSuite('AES_256_CM_HMAC_SHA1_80')!, {
      key: hex('f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6'),
      salt: hex('3b04803de51ee7c96423ab5b78d2'),
    });
    expect(rtp.cipherKey).toEqual(hex('5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4'));
    expect(rtp.authenticationKey).toEqual(hex('fd9c32d39ed5fbb5a9dc96b30818454d1313dc05'));
    expect(rtp.salt).toEqual(hex('fa31791685ca444a9e07c6c64e93'));
  });
});

describe('RFC 7714', () => {
  const salt = hex('517569642070726f2071756f');
  const keys = (length: number) => {
    const cipherKey = Buffer.from(Array.from({ length }, (_, i) => i));
    const session = { cipherKey, salt, authenticationKey: Buffer.alloc(0) };
    return { rtp: session, rtcp: session };
  };
  const aes128 = new AeadTransform(cryptoSuite('AEAD_AES_128_GCM')!, keys(16), new Uint8Array(0));
  const aes256 = new AeadTransform(cryptoSuite('AEAD_AES_256_GCM')!, keys(32), new Uint8Array(0));

  const rtp = hex(`8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070
                   61727465 73207472 6573`);
  const rtcp =
    hex(`81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef deadbeef
                    deadbeef deadbeef`);

  it.each([
    [
      '16.1.1, 16.1.2: SRTP, 128 bits',
      aes128,
      12,
      `8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b 36de3adf
       8833899d 7f27beb1 6a9152cf 765ee439 0cce`,
    ],
    [
      '16.2.1, 16.2.2: SRTP, 256 bits',
      aes256,
      12,
      `8040f17b 8041f8d3 5501a0b2 32b1de78 a822fe12 ef9f78fa 332e33aa b1801238 9a58e2f3 b50b2a02 76ffae0f 1ba63799
       b87b7aa3 db36dfff d6b0f9bb 7878d7a7 6c13`,
    ],
  ])('%s', (_, transform, cipherFrom, sealed) => {
    expect(transform.protectRtp(rtp, cipherFrom, 0xf17b)).toEqual(hex(sealed));
    expect(transform.openRtp(hex(sealed), cipherFrom, 0xf17b)).toEqual(rtp);
  });

  it.each([
    [
      '17.1: SRTCP, 128 bits',
      aes128,
      8,
      0x800005d4,
      `81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda 4ce09b46 86303ded
       0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade 800005d4`,
    ],
    [
      '17.2: SRTCP, 256 bits',
      aes256,
      8,
      0x800005d4,
      `81c8000d 4d617273 d50ae4d1 f5ce5d30 4ba297e4 7d470c28 2c3ece5d bffe0a50 a2eaa5c1 110555be 8415f658 c61de047
       6f1b6fad 1d1eb30c 4446839f 57ff6f6c b26ac3be 800005d4`,
    ],
    [
      '17.3: SRTCP, 128 bits, authenticated only',
      aes128,
      rtcp.length,
      0x000005d4,
      `81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef deadbeef deadbeef
       deadbeef 841dd968 3dd78ec9 2ae58790 125f62b3 000005d4`,
    ],
  ])('%s', (_, transform, cipherFrom, indexWord, sealed) => {
    expect(transform.protectRtcp(rtcp, cipherFrom, indexWord)).toEqual(hex(sealed));
    expect(transform.openRtcp(hex(sealed), cipherFrom, indexWord)).toEqual(rtcp);
  });
});
