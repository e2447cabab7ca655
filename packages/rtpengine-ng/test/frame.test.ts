import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJson, encodeJson, isFault, readCommand, readNgFrame, writeNgFrame } from '../src/index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (encoded: Uint8Array) => new TextDecoder().decode(encoded);

describe('frames', () => {
  it.each(['bencode', 'json'] as const)('keep the cookie verbatim, in %s', (encoding) => {
    const cookie = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
    const body = { command: 'ping', limit: 3, flags: ['a', 'ä'], codec: { strip: ['all'] } };
    expect(readNgFrame(writeNgFrame(cookie, body, encoding))).toEqual({ cookie, encoding, body });
    const odd = Uint8Array.of(0xff, 0x01, 0x20, ...bytes('de'));
    const echo = readNgFrame(odd);
    expect(writeNgFrame(echo.cookie ?? '', {})).toEqual(odd);
  });

  it('carry a media file as it is', () => {
    const file = Uint8Array.of(0x52, 0x49, 0x00, 0xff, 0xc3, 0x28);
    const frame = readNgFrame(writeNgFrame('c', { blob: file }));
    expect(frame).toMatchObject({ body: { blob: file } });
  });

  it.each<[string, object]>([
    ['c ', { cookie: 'c', encoding: 'bencode', reason: 'Invalid data (no payload)' }],
    ['c garbage', { cookie: 'c', encoding: 'bencode', reason: 'Invalid NG data format' }],
    ['c i1e', { cookie: 'c', encoding: 'bencode', reason: 'Invalid NG data format' }],
    ['c d1:a', { cookie: 'c', encoding: 'bencode', reason: 'Could not decode bencode dictionary' }],
    ['c {"a":', { cookie: 'c', encoding: 'json', reason: 'Failed to parse JSON document' }],
    ['c []', { cookie: 'c', encoding: 'bencode', reason: 'Invalid NG data format' }],
  ])('of %j say what is wrong, to whom', (frame, fault) => {
    expect(readNgFrame(bytes(frame))).toEqual(fault);
  });

  it('without a cookie answer to nobody', () => {
    for (const frame of ['', ' de', 'de', 'x'.repeat(300)]) {
      const read = readNgFrame(bytes(frame));
      expect(isFault(read) && read.cookie).toBeUndefined();
    }
  });
});

describe('JSON', () => {
  it('says what bencode says', () => {
    const document = '{"yes":true,"no":false,"nothing":null,"half":1.9,"list":["a",{"b":-2}]}';
    expect(decodeJson(bytes(document))).toEqual({ yes: 1, no: 0, half: 1, list: ['a', { b: -2 }] });
    expect(text(encodeJson({ a: 1, b: undefined, c: ['x'] }))).toBe('{"a":1,"c":["x"]}');
  });

  it('keeps a key named __proto__ as a key', () => {
    const value = decodeJson(bytes('{"__proto__":{"x":1}}'));
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it.each([
    '',
    '{',
    '{"a":1e999}',
    '[null]',
    'null',
    `${'['.repeat(40)}${']'.repeat(40)}`,
    '['.repeat(60_000),
  ])('refuses %.20s', (document) => {
    expect(decodeJson(bytes(document))).toBeUndefined();
  });
});

describe('whatever comes', () => {
  const seeds = [
    'c d7:command5:offer7:call-id1:c8:from-tag1:f3:sdp3:v=05:flagsl13:trust-address8:SDES-no-e5:codecd5:stripl3:alleee',
    'c {"command":"play media","call-id":"c","from-tag":"f","file":"x","flags":{"all":1},"direction":["a","b"]}',
    'c d7:command9:play DTMF7:call-id1:c8:from-tag1:f4:code1:5e',
    'c {"command":"statistics","rtpp-flags":"ICE=force codec-strip-all"}',
  ].map(bytes);
  const mutations = fc.array(fc.record({ at: fc.nat(150), byte: fc.nat(255), cut: fc.nat(3) }), {
    maxLength: 6,
  });

  it('nothing throws', () => {
    const input = fc.record({ seed: fc.constantFrom(...seeds), mutations });
    fc.assert(
      fc.property(input, ({ seed, mutations: changes }) => {
        let frame = [...seed];
        for (const { at, byte, cut } of changes)
          frame = [...frame.slice(0, at), byte, ...frame.slice(at + cut)];
        const read = readNgFrame(Uint8Array.from(frame));
        if (!isFault(read)) readCommand(read.body);
      }),
      { numRuns: 3000 },
    );
  });

  const large = 65_000;
  const fill = (head: string, item: string, tail: string) =>
    `c ${head}${item.repeat(Math.floor((large - head.length - tail.length) / item.length))}${tail}`;
  const keys = (count: number) => Array.from({ length: count }, (_, i) => `"k${i}":1`).join(',');
  it.each<[string, string]>([
    ['empty texts', fill('d1:al', '0:', 'ee')],
    ['short texts', fill('d5:flagsl', '3:a,b', 'ee')],
    ['keys', fill('d', '1:a0:', 'e')],
    ['open lists', fill('d1:a', 'l', '')],
    ['digits', fill('d1:ai', '9', 'ee')],
    ['one text', `c d3:sdp60000:${'é'.repeat(30_000)}e`],
    ['JSON lists', fill('{"a":', '[', '')],
    ['JSON texts', fill('{"flags":["x"', ',"a=b"', ']}')],
    ['JSON keys', `c {${keys(6000)}}`],
    ['JSON keys, as many as may be', `c {${keys(2000)},"sdp":"${'x'.repeat(40_000)}"}`],
    ['a line of flags', `c d10:rtpp-flags64000:${'a '.repeat(32_000)}e`],
    ['commas', `c d5:flags64000:${','.repeat(64_000)}e`],
    ['codecs among flags', fill('d5:flagsl', '13:codec-strip-a', 'ee')],
  ])('64 KB of %s cost less than 10 ms', (_what, frame) => {
    const message = bytes(frame.replace('c d', 'c d7:command4:ping').replace('c {', 'c {"command":"ping",'));
    const cpuMs = () => {
      const began = process.cpuUsage();
      const read = readNgFrame(message);
      if (!isFault(read)) readCommand(read.body);
      const { user, system } = process.cpuUsage(began);
      return (user + system) / 1000;
    };
    // Of this process, and the best of several: what it costs, and not what else the machine does.
    expect(Math.min(...Array.from({ length: 7 }, cpuMs))).toBeLessThan(10);
  });
});
