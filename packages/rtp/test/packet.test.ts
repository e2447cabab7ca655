import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRtcp, isValidRtp, parseRtp, type RtpPacket, writeRtp } from '../src/index.ts';

const packets: fc.Arbitrary<RtpPacket> = fc
  .record({
    payloadType: fc.integer({ min: 0, max: 127 }),
    marker: fc.boolean(),
    sequenceNumber: fc.integer({ min: 0, max: 0xffff }),
    timestamp: fc.integer({ min: 0, max: 0xffffffff }),
    ssrc: fc.integer({ min: 0, max: 0xffffffff }),
    payload: fc.uint8Array({ maxLength: 400 }),
    csrcs: fc.array(fc.integer({ min: 0, max: 0xffffffff }), { minLength: 1, maxLength: 15 }),
    profile: fc.integer({ min: 0, max: 0xffff }),
    words: fc.integer({ min: 0, max: 8 }),
    paddingLength: fc.integer({ min: 1, max: 255 }),
    parts: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
  })
  .map(
    ({ csrcs, profile, words, paddingLength, parts: [withCsrcs, withExtension, withPadding], ...rest }) => ({
      ...rest,
      ...(withCsrcs && { csrcs }),
      ...(withExtension && { extension: { profile, data: new Uint8Array(4 * words).fill(7) } }),
      ...(withPadding && { paddingLength }),
    }),
  );

describe('RTP packets', () => {
  it('reads what it wrote, whatever the parts', () => {
    fc.assert(
      fc.property(packets, (packet) => {
        expect(parseRtp(writeRtp(packet))).toEqual(packet);
      }),
    );
  });

  it('reads a packet by hand: PCMU, marker, sequence 1, timestamp 160', () => {
    const bytes = Uint8Array.of(0x80, 0x80, 0, 1, 0, 0, 0, 160, 0xde, 0xad, 0xbe, 0xef, 0xff, 0x7f);
    expect(parseRtp(bytes)).toEqual({
      payloadType: 0,
      marker: true,
      sequenceNumber: 1,
      timestamp: 160,
      ssrc: 0xdeadbeef,
      payload: Uint8Array.of(0xff, 0x7f),
    });
  });

  it.each([
    ['nothing', []],
    ['eleven bytes', [0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]],
    ['version 1', [0x40, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['CSRC count past the end', [0x8f, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]],
    ['extension header past the end', [0x90, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]],
    [
      'extension length past the end',
      [0x90, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0xbe, 0xde, 0xff, 0xff, 1, 2, 3, 4],
    ],
    ['no room for the padding count', [0xa0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['padding that reaches into the header', [0xa0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 9, 9]],
  ])('refuses %s', (_, bytes) => {
    expect(parseRtp(Uint8Array.from(bytes))).toBeUndefined();
    expect(isValidRtp(Uint8Array.from(bytes))).toBe(false);
  });

  it('refuses the 36-byte packet whose extension claims 256 KB', () => {
    const bytes = new Uint8Array(36);
    bytes.set([0x90, 0x00]);
    bytes.set([0xbe, 0xde, 0xff, 0xff], 12);
    expect(parseRtp(bytes)).toBeUndefined();
  });

  it('never throws on garbage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(parseRtp(bytes) !== undefined).toBe(isValidRtp(bytes));
      }),
    );
  });

  it('tells RTCP from RTP on a shared port', () => {
    expect([200, 201, 205].map((type) => isRtcp(Uint8Array.of(0x80, type)))).toEqual([true, true, true]);
    expect([0, 8, 101, 126, 0x80, 0x80 | 126].map((type) => isRtcp(Uint8Array.of(0x80, type)))).not.toContain(
      true,
    );
  });

  it('refuses to write what the fields cannot hold', () => {
    const packet = parseRtp(new Uint8Array(12).fill(0x80, 0, 1))!;
    expect(() => writeRtp({ ...packet, csrcs: new Array(16).fill(1) })).toThrow(RangeError);
    expect(() => writeRtp({ ...packet, paddingLength: 256 })).toThrow(RangeError);
    expect(() => writeRtp({ ...packet, extension: { profile: 0, data: new Uint8Array(3) } })).toThrow(
      RangeError,
    );
  });
});
