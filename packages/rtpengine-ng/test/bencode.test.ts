import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBencode, encodeBencode, type NgValue } from '../src/index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const { value: values } = fc.letrec<{ value: NgValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.maxSafeInteger(),
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
  ),
}));

describe('bencode', () => {
  it('reads what it wrote', () => {
    // -0 has no spelling of its own, and dictionaries come back without a prototype.
    const plain = (value: NgValue | undefined) => JSON.parse(JSON.stringify(value));
    fc.assert(
      fc.property(values, (value) => {
        expect(plain(decodeBencode(encodeBencode(value)))).toEqual(plain(value));
      }),
    );
  });

  it('spells a message as the protocol does: lengths in bytes, integers with their sign', () => {
    const message = {
      command: 'offer',
      sdp: 'v=0\r\nä',
      flags: ['trust-address'],
      n: -5,
      codec: { strip: ['all'] },
    };
    const text = 'd7:command5:offer3:sdp7:v=0\r\nä5:flagsl13:trust-addresse1:ni-5e5:codecd5:stripl3:alleee';
    expect(new TextDecoder().decode(encodeBencode(message))).toBe(text);
    expect(decodeBencode(bytes(text))).toEqual(expect.objectContaining(message));
  });

  it('keeps the bytes of a media file as they are, between texts', () => {
    const blob = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const message = { command: 'play media', blob, label: 'größer' };
    expect(decodeBencode(encodeBencode(message))).toEqual(expect.objectContaining(message));
  });

  it('leaves out what is undefined and cuts fractions', () => {
    expect(new TextDecoder().decode(encodeBencode({ a: undefined, b: 1.9 }))).toBe('d1:bi1ee');
  });

  it('keeps a key named __proto__ as a key', () => {
    const value = decodeBencode(bytes('d9:__proto__d1:xi1eee'));
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it.each([
    '',
    'i1',
    'ie',
    'i-e',
    'i1x',
    'i99999999999999999999e',
    '5:abc',
    '-1:a',
    ':a',
    'l',
    'li1e',
    'd',
    'd1:a',
    'di1ei2ee',
    'i1ei2e',
    'x',
    '99999999999:a',
    'l'.repeat(40_000),
    `${'l'.repeat(40)}${'e'.repeat(40)}`,
    `70000:${'a'.repeat(70_000)}`,
  ])('refuses %.20s', (text) => {
    expect(decodeBencode(bytes(text))).toBeUndefined();
  });

  it('never throws on garbage', () => {
    const alphabet = fc.constantFrom(...'ilde:-0123456789ab');
    fc.assert(
      fc.property(fc.string({ unit: alphabet, maxLength: 60 }), (text) => {
        decodeBencode(bytes(text));
      }),
      { numRuns: 2000 },
    );
  });
});
