import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHep, encodeHep, type HepPacket, maxPacketBytes } from '../src/index.ts';

const packet: HepPacket = {
  ipFamily: 2,
  ipProtocol: 17,
  sourceAddress: '127.0.0.1',
  sourcePort: 5060,
  destinationAddress: '192.0.2.7',
  destinationPort: 49_152,
  timeMs: 1_700_000_000_123.456,
  protocolType: 1,
  captureId: 2001,
  payload: Buffer.from('OPTIONS sip:a@b SIP/2.0\r\n\r\n'),
};

const chunk = (type: number, data: Uint8Array, vendor = 0) => {
  const head = Buffer.alloc(6);
  head.writeUInt16BE(vendor, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(6 + data.length, 4);
  return Buffer.concat([head, data]);
};
const datagram = (...chunks: Uint8Array[]) => {
  const body = Buffer.concat(chunks);
  const head = Buffer.from('HEP3\0\0', 'latin1');
  head.writeUInt16BE(6 + body.length, 4);
  return Buffer.concat([head, body]);
};
/** Written by hand from the specification, so that encoder and decoder cannot agree on a common mistake. */
const byHand = [
  chunk(1, Buffer.from([2])),
  chunk(2, Buffer.from([17])),
  chunk(3, Buffer.from([127, 0, 0, 1])),
  chunk(4, Buffer.from([192, 0, 2, 7])),
  chunk(7, Buffer.from('13c4', 'hex')),
  chunk(8, Buffer.from('c000', 'hex')),
  chunk(9, Buffer.from('6553f100', 'hex')),
  chunk(10, Buffer.from('0001e240', 'hex')),
  chunk(11, Buffer.from([1])),
  chunk(12, Buffer.from('000007d1', 'hex')),
  chunk(15, packet.payload),
];

describe('encodeHep', () => {
  it('writes the bytes of the specification', () => {
    expect(Buffer.from(encodeHep(packet)).toString('hex')).toBe(datagram(...byHand).toString('hex'));
  });

  it('cuts a payload that does not fit one datagram', () => {
    const bytes = encodeHep({ ...packet, payload: new Uint8Array(70_000) });
    expect(bytes.length).toBe(maxPacketBytes);
    expect(decodeHep(bytes).ok).toBe(true);
  });

  it('writes the unspecified address for text that is no address', () => {
    const result = decodeHep(encodeHep({ ...packet, sourceAddress: 'localhost', sourcePort: 700_000 }));
    expect(result).toMatchObject({ ok: true, packet: { sourceAddress: '0.0.0.0', sourcePort: 65_535 } });
  });
});

describe('decodeHep', () => {
  it('reads what encodeHep wrote, with key and correlation id, microseconds kept', () => {
    const full = { ...packet, authKey: 'secret', correlationId: 'call-é' };
    const result = decodeHep(encodeHep(full));
    expect(result).toEqual({ ok: true, packet: { ...full, payload: expect.anything() } });
    expect(result.ok && Buffer.from(result.packet.payload).toString()).toBe(
      'OPTIONS sip:a@b SIP/2.0\r\n\r\n',
    );
  });

  it.each([
    '::1',
    '2001:db8::8:800:200c:417a',
    'fe80::1',
    '::',
    '::ffff:192.0.2.1',
    '1:2:3:4:5:6:7:8',
    '1:0:0:2::3',
  ])('carries the IPv6 address %s', (address) => {
    const result = decodeHep(
      encodeHep({ ...packet, ipFamily: 10, sourceAddress: address, destinationAddress: '::1' }),
    );
    expect(result).toMatchObject({ ok: true, packet: { sourceAddress: address, destinationAddress: '::1' } });
  });

  it('leaves out the zone of a link-local address', () => {
    const result = decodeHep(
      encodeHep({ ...packet, ipFamily: 10, sourceAddress: 'fe80::1%lo', destinationAddress: '::1' }),
    );
    expect(result).toMatchObject({ ok: true, packet: { sourceAddress: 'fe80::1' } });
  });

  it('passes over chunks of other vendors, unknown types and bytes after the packet', () => {
    const bytes = datagram(chunk(15, Buffer.from('not this'), 9), chunk(4000, Buffer.from('x')), ...byHand);
    const result = decodeHep(Buffer.concat([bytes, Buffer.from('trailing')]));
    expect(result.ok && Buffer.from(result.packet.payload).toString()).toBe(
      'OPTIONS sip:a@b SIP/2.0\r\n\r\n',
    );
  });

  it('reads a capture id of two bytes and none at all', () => {
    const others = byHand.filter((_, index) => index !== 9);
    expect(decodeHep(datagram(...others, chunk(12, Buffer.from([1, 2]))))).toMatchObject({
      packet: { captureId: 258 },
    });
    expect(decodeHep(datagram(...others))).toMatchObject({ packet: { captureId: 0 } });
  });

  it.each([
    ['nothing', new Uint8Array(0), { code: 'not-hep3' }],
    ['another protocol', Buffer.from('HEP2......'), { code: 'not-hep3' }],
    ['a packet cut short', encodeHep(packet).subarray(0, 60), { code: 'truncated' }],
    ['a chunk that leaves the packet', datagram(Buffer.from('000000010fff02', 'hex')), { code: 'truncated' }],
    [
      'a chunk shorter than its header',
      datagram(Buffer.from('0000000100050200', 'hex')),
      { code: 'truncated' },
    ],
    ['no payload', datagram(...byHand.slice(0, -1)), { code: 'missing-chunk', chunk: 15 }],
    [
      'an IPv4 address of three bytes',
      datagram(...byHand, chunk(3, new Uint8Array(3))),
      { code: 'bad-chunk', chunk: 3 },
    ],
    ['an unknown family', datagram(...byHand, chunk(1, Buffer.from([3]))), { code: 'bad-chunk', chunk: 1 }],
  ])('names the fault: %s', (_, bytes, error) => {
    expect(decodeHep(bytes)).toEqual({ ok: false, error });
  });

  it('never throws, whatever the bytes', () => {
    const valid = encodeHep({ ...packet, authKey: 'k', correlationId: 'c' });
    const change = fc.tuple(fc.nat(valid.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), fc.nat(valid.length), (changes, length) => {
        const bytes = Uint8Array.from(valid);
        for (const [at, value] of changes) bytes[at] = value;
        decodeHep(bytes.subarray(0, length));
        decodeHep(bytes);
      }),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (garbage) => {
        decodeHep(garbage);
        decodeHep(Buffer.concat([Buffer.from('HEP3'), garbage]));
      }),
      { numRuns: 2000 },
    );
  });
});
