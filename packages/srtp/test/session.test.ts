import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  CRYPTO_SUITES,
  type CryptoSuite,
  cryptoSuite,
  isSrtpFault,
  SrtpReceiver,
  SrtpSender,
  type SrtpSessionOptions,
} from '../src/index.ts';
import { REPLAY_WINDOW } from '../src/packet-index.ts';
import { MAX_SOURCES } from '../src/source-table.ts';

const hex = (text: string) => Buffer.from(text, 'hex');

function keyed(suite: CryptoSuite, change: Partial<SrtpSessionOptions> = {}): SrtpSessionOptions {
  const master = { key: Buffer.alloc(suite.keyLength, 1), salt: Buffer.alloc(suite.saltLength, 2) };
  return { suite, master, ...change };
}

function rtp(sequenceNumber: number, ssrc = 7, payload = Buffer.alloc(160, 0xd5)): Buffer {
  const header = Buffer.alloc(12);
  header[0] = 0x80;
  header.writeUInt16BE(sequenceNumber & 0xffff, 2);
  header.writeUInt32BE(ssrc, 8);
  return Buffer.concat([header, payload]);
}

const rtcp = (ssrc = 7) => {
  const packet = Buffer.alloc(28, 3);
  packet.set([0x80, 200, 0, 6]);
  packet.writeUInt32BE(ssrc, 4);
  return packet;
};

/** The protected packet; a fault fails the test. */
function passed(result: ReturnType<SrtpSender['protectRtp']>): Buffer {
  if (isSrtpFault(result)) throw new Error(result);
  return result;
}

describe('whole packets that libsrtp makes of the same', () => {
  const plain = hex(`800f1234decafbadcafebabe${'ab'.repeat(16)}`);
  it.each([
    [
      'AES_CM_128_HMAC_SHA1_80',
      'e1f97a0d3e018be0d64fa32c06de4139',
      '0ec675ad498afeebb6960b3aabe6',
      '800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb',
    ],
    [
      'AES_256_CM_HMAC_SHA1_80',
      'f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6',
      '3b04803de51ee7c96423ab5b78d2',
      '800f1234decafbadcafebabef1d9de17ff251ff1aa007774b0b4b40da08d9d9a5b3a55d8873b',
    ],
  ])('%s', (name, key, salt, expected) => {
    const options = { suite: cryptoSuite(name)!, master: { key: hex(key), salt: hex(salt) } };
    expect(new SrtpSender(options).protectRtp(plain)).toEqual(hex(expected));
    expect(new SrtpReceiver(options).openRtp(hex(expected))).toEqual(plain);
  });
});

describe.each(CRYPTO_SUITES)('$name', (suite) => {
  let sender: SrtpSender;
  let receiver: SrtpReceiver;
  beforeEach(() => {
    sender = new SrtpSender(keyed(suite));
    receiver = new SrtpReceiver(keyed(suite));
  });
  const sent = (sequenceNumber: number, ssrc?: number) =>
    passed(sender.protectRtp(rtp(sequenceNumber, ssrc)));

  it('carries any packet, with any header, MKI and protection', () => {
    const packets = fc.record({
      csrcs: fc.nat(15),
      extensionWords: fc.option(fc.nat(5)),
      payload: fc.uint8Array({ maxLength: 1400 }),
      sequenceNumber: fc.nat(0xffff),
      mki: fc.option(fc.uint8Array({ minLength: 1, maxLength: 128 })),
      unencryptedRtp: fc.boolean(),
      unencryptedRtcp: fc.boolean(),
    });
    fc.assert(
      fc.property(packets, ({ csrcs, extensionWords, payload, sequenceNumber, mki, ...protection }) => {
        const options = keyed(suite, { ...protection, mki: mki ?? undefined });
        const extension = extensionWords === null ? [] : [0xbe, 0xde, 0, extensionWords];
        const header = Buffer.concat([
          rtp(sequenceNumber, 9, Buffer.alloc(4 * csrcs, 5)),
          Buffer.from(extension),
          Buffer.alloc(4 * (extensionWords ?? 0), 6),
        ]);
        header[0] = 0x80 | csrcs | (extensionWords === null ? 0 : 0x10);
        const packet = Buffer.concat([header, payload]);
        const out = new SrtpSender(options);
        const back = new SrtpReceiver(options);
        const sealed = passed(out.protectRtp(packet));
        expect(sealed.subarray(0, header.length)).toEqual(header);
        const isPlain = sealed.subarray(header.length, packet.length).equals(payload);
        if (payload.length > 8) expect(isPlain).toBe(protection.unencryptedRtp);
        expect(back.openRtp(sealed)).toEqual(packet);
        const report = passed(out.protectRtcp(rtcp()));
        expect(report.subarray(8, 28).equals(rtcp().subarray(8))).toBe(protection.unencryptedRtcp);
        expect(back.openRtcp(report)).toEqual(rtcp());
      }),
      { numRuns: 60 },
    );
  });

  it('takes each packet once, late ones as well, and none that is older than its list', () => {
    const packets = Array.from({ length: 200 }, (_, i) => sent(65_500 + i));
    const copy = (i: number) => receiver.openRtp(Buffer.from(packets[i]!));
    expect(copy(0)).toEqual(rtp(65_500));
    expect(copy(0)).toBe('replayed');
    expect(copy(199)).toEqual(rtp(65_699));
    expect(copy(199 - REPLAY_WINDOW + 1)).toEqual(rtp(65_699 - REPLAY_WINDOW + 1));
    expect(copy(199 - REPLAY_WINDOW + 1)).toBe('replayed');
    expect(copy(199 - REPLAY_WINDOW)).toBe('replayed');
    expect(copy(150)).toEqual(rtp(65_650));
  });

  it('follows the sequence number round, three times and with losses', () => {
    for (let i = 0; i < 200_000; i += 1000) expect(receiver.openRtp(sent(i))).toEqual(rtp(i));
  });

  it('understands a sender that rolled over before its key was known', () => {
    for (let i = 65_000; i < 65_600; i++) sent(i);
    expect(receiver.openRtp(sent(65_600))).toEqual(rtp(64));
    expect(receiver.openRtp(sent(65_601))).toEqual(rtp(65));
  });

  it('hears nothing that was changed, whichever byte it is, and still hears what was not', () => {
    const sealed = sent(1);
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 0x40;
      expect(isSrtpFault(receiver.openRtp(changed)), `byte ${at}`).toBe(true);
    }
    expect(receiver.openRtp(sealed)).toEqual(rtp(1));
    const report = passed(sender.protectRtcp(rtcp()));
    for (let at = 0; at < report.length; at++) {
      const changed = Buffer.from(report);
      changed[at]! ^= 0x40;
      expect(isSrtpFault(receiver.openRtcp(changed)), `byte ${at}`).toBe(true);
    }
    expect(receiver.openRtcp(report)).toEqual(rtcp());
    expect(receiver.openRtcp(passed(sender.protectRtcp(rtcp())))).toEqual(rtcp());
  });

  it('takes each report once', () => {
    const report = passed(sender.protectRtcp(rtcp()));
    expect(receiver.openRtcp(Buffer.from(report))).toEqual(rtcp());
    expect(receiver.openRtcp(report)).toBe('replayed');
  });

  it('opens nothing of another key', () => {
    const other = keyed(suite, {
      master: { key: Buffer.alloc(suite.keyLength, 9), salt: Buffer.alloc(suite.saltLength, 2) },
    });
    expect(new SrtpReceiver(other).openRtp(sent(1))).toBe('unauthenticated');
    expect(new SrtpReceiver(keyed(suite, { mki: Uint8Array.of(4) })).openRtp(sent(2))).toBe('unknown-key');
  });

  it('says what is wrong with any bytes, and never throws', () => {
    const garbage = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(garbage, fc.boolean(), (bytes, versioned) => {
        if (versioned && bytes.length > 0) bytes[0] = 0x80 | (bytes[0]! & 0x3f);
        expect(isSrtpFault(receiver.openRtp(Buffer.from(bytes)))).toBe(true);
        expect(isSrtpFault(receiver.openRtcp(Buffer.from(bytes)))).toBe(true);
      }),
    );
    expect(receiver.openRtp(sent(1))).toEqual(rtp(1));
  });

  it('finds CSRCs and extensions that pass the end malformed', () => {
    const csrcs = rtp(1, 7, Buffer.alloc(20));
    csrcs[0] = 0x8f;
    const extension = rtp(1, 7, Buffer.from([0xbe, 0xde, 0xff, 0xff, ...new Uint8Array(20)]));
    extension[0] = 0x90;
    for (const packet of [csrcs, extension, rtp(1).subarray(0, 11)]) {
      expect(receiver.openRtp(Buffer.from(packet))).toBe('malformed');
      expect(sender.protectRtp(packet)).toBe('malformed');
    }
    expect(sender.protectRtcp(Buffer.alloc(7))).toBe('malformed');
    expect(receiver.openRtcp(Buffer.alloc(20))).toBe('malformed');
  });

  it('protects no index twice', () => {
    const sealed = sent(5);
    expect(sender.protectRtp(rtp(5, 7, Buffer.from('other')))).toBe('replayed');
    expect(receiver.openRtp(sealed)).toEqual(rtp(5));
  });

  it('keeps as many sources apart as are reasonable', () => {
    for (let ssrc = 0; ssrc < MAX_SOURCES; ssrc++) {
      expect(receiver.openRtp(sent(ssrc, ssrc))).toEqual(rtp(ssrc, ssrc));
    }
    expect(sender.protectRtp(rtp(1, 999))).toBe('too-many-sources');
    expect(receiver.openRtp(sent(100, 3))).toEqual(rtp(100, 3));
    // Strangers take no place: theirs are never authentic.
    expect(new SrtpReceiver(keyed(suite)).openRtp(Buffer.alloc(200, 0x80))).toBe('unauthenticated');
  });

  it('wants keys of its own length', () => {
    const short = { key: Buffer.alloc(suite.keyLength - 1), salt: Buffer.alloc(suite.saltLength) };
    expect(() => new SrtpSender(keyed(suite, { master: short }))).toThrow(RangeError);
  });
});
