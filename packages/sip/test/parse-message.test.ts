import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  header,
  headers,
  isUsableResponse,
  maxMessageBytes,
  parseMessage,
  serializeMessage,
  validateRequest,
} from '../src/index.ts';
import { parsed, parsedResponse, request, text, wire } from './messages.ts';

const errorOf = (bytes: Uint8Array) => {
  const result = parseMessage(bytes);
  return result.ok ? undefined : result.error.code;
};

describe('parseMessage', () => {
  it('reads a request: canonical names, order and unknown headers kept, body untouched', () => {
    const message = parsed(`MESSAGE sip:bob@biloxi.example SIP/2.0
v: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1
FROM: <sip:a@b>;tag=1
X-Custom-thing: one
x-custom-THING: two
l: 5

a\0b\xffc`);
    expect(message).toMatchObject({ kind: 'request', method: 'MESSAGE', uri: 'sip:bob@biloxi.example' });
    expect(message.headers.map(({ name }) => name)).toEqual([
      'Via',
      'From',
      'X-Custom-thing',
      'x-custom-THING',
      'Content-Length',
    ]);
    expect(headers(message, 'X-CUSTOM-THING')).toEqual(['one', 'two']);
    expect(header(message, 'f')).toBe('<sip:a@b>;tag=1');
    expect(Buffer.from(message.body).toString('hex')).toBe('610062c3bf');
  });

  it('reads a response, with and without a reason', () => {
    expect(parsed('SIP/2.0 180 Ringing now\nTo: x\n\n')).toMatchObject({
      status: 180,
      reason: 'Ringing now',
    });
    expect(parsed('SIP/2.0 200\nTo: x\n\n')).toMatchObject({ status: 200, reason: '' });
  });

  it('takes everything after the headers for the body when no Content-Length is given', () => {
    expect(text(parsed('SIP/2.0 200 OK\nTo: x\n\nrest').body)).toBe('rest');
  });

  it('passes over empty lines in front', () => {
    expect(parseMessage(wire('\n\nSIP/2.0 200 OK\nTo: x\n\n')).ok).toBe(true);
  });

  it('splits the lists of list headers only', () => {
    const message = parsed(`SIP/2.0 200 OK
Contact: "a,b" <sip:a,b@c>;q=1, <sip:d@e>
Route: <sip:p1;lr>,<sip:p2;lr>
Route: <sip:p3;lr>
WWW-Authenticate: Digest realm="a", nonce="b"
Subject: one, two

`);
    expect(headers(message, 'm')).toEqual(['"a,b" <sip:a,b@c>;q=1', '<sip:d@e>']);
    expect(headers(message, 'Route')).toEqual(['<sip:p1;lr>', '<sip:p2;lr>', '<sip:p3;lr>']);
    expect(header(message, 'Route')).toBe('<sip:p1;lr>');
    expect(headers(message, 'WWW-Authenticate')).toHaveLength(1);
    expect(header(message, 'Subject')).toBe('one, two');
  });

  it.each([
    ['nothing', '', 'empty'],
    ['empty lines only', '\n\n', 'empty'],
    ['no line end', 'INVITE sip:a@b SIP/2.0', 'start-line'],
    ['another protocol', 'GET / HTTP/1.1\nHost: x\n\n', 'start-line'],
    ['no header end', 'INVITE sip:a@b SIP/2.0\nTo: x\n', 'truncated'],
    ['another version', 'INVITE sip:a@b SIP/3.0\nTo: x\n\n', 'version'],
    ['a response of another version', 'SIP/3.0 200 OK\nTo: x\n\n', 'version'],
    ['a status of two digits', 'SIP/2.0 99 OK\nTo: x\n\n', 'status-code'],
    ['a status of 700', 'SIP/2.0 700 OK\nTo: x\n\n', 'status-code'],
    ['a header without colon', 'INVITE sip:a@b SIP/2.0\nTo x\n\n', 'header-syntax'],
    ['a header without name', 'INVITE sip:a@b SIP/2.0\n: x\n\n', 'header-syntax'],
    ['a space in a header name', 'INVITE sip:a@b SIP/2.0\nA b: x\n\n', 'header-syntax'],
    ['Content-Length as a list', 'INVITE sip:a@b SIP/2.0\nl: 0, 0\n\n', 'content-length'],
    ['Content-Length with a plus', 'INVITE sip:a@b SIP/2.0\nl: +0\n\n', 'content-length'],
    ['Content-Length twice', 'INVITE sip:a@b SIP/2.0\nl: 0\nContent-Length: 0\n\n', 'content-length'],
    ['201 headers', `INVITE sip:a@b SIP/2.0\n${'a: b\n'.repeat(201)}\n`, 'too-many-headers'],
  ])('refuses %s', (_, message, code) => {
    expect(errorOf(wire(message))).toBe(code);
  });

  it('refuses a bare CR or LF, which another parser might take for a line end', () => {
    expect(errorOf(Buffer.from('OPTIONS sip:a@b SIP/2.0\r\nSubject: a\nRoute: <sip:evil>\r\n\r\n'))).toBe(
      'header-syntax',
    );
    expect(errorOf(Buffer.from('OPTIONS sip:a@b SIP/2.0\r\nSubject: a\rRoute: <sip:evil>\r\n\r\n'))).toBe(
      'header-syntax',
    );
  });

  it('says too large above 64 KB and still tells who asked', () => {
    const result = parseMessage(
      wire(`${'INVITE sip:a@b SIP/2.0\nCall-ID: big\n'}X: ${'x'.repeat(maxMessageBytes)}\n\n`),
    );
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'too-large', status: 513 },
      request: { method: 'INVITE' },
    });
  });

  it('hands back a faulty request so that it can be answered', () => {
    const result = parseMessage(
      wire('INVITE sip:a b SIP/2.0\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\nCall-ID: 7\n\n'),
    );
    expect(result).toMatchObject({ ok: false, error: { status: 400, field: 'Request-URI' } });
    expect(!result.ok && header(result.request!, 'Via')).toBe('SIP/2.0/UDP h;branch=z9hG4bK1');
  });
});

describe('serializeMessage', () => {
  it('writes the length of the body in bytes, whatever the headers said', () => {
    const message = { ...parsedResponse('SIP/2.0 200 OK\nl: 0\nTo: x\n\n'), body: Buffer.from('é€') };
    expect(text(serializeMessage(message))).toBe('SIP/2.0 200 OK\r\nContent-Length: 5\r\nTo: x\r\n\r\né€');
    const without = { ...message, headers: [] };
    expect(text(serializeMessage(without))).toBe('SIP/2.0 200 OK\r\nContent-Length: 5\r\n\r\né€');
  });

  it('lets no value, name or start line begin another header', () => {
    const message = {
      ...request('OPTIONS'),
      uri: 'sip:a@b SIP/2.0\r\nEvil: 1',
      headers: [{ name: 'Subject\r\nEvil', value: 'hello\r\nEvil: 2\n\tEvil: 3\rEvil: 4' }],
    };
    const lines = text(serializeMessage(message)).split('\r\n');
    expect(lines.filter((line) => line.startsWith('Evil'))).toEqual([]);
    expect(lines).toHaveLength(5);
  });
});

const seeds = [
  serializeMessage(request('INVITE', 'Route: <sip:p1;lr>, <sip:p2;lr>\nSupported: timer, 100rel\n')),
  wire(
    'SIP/2.0 200 OK\nv: SIP/2.0/UDP h;branch=z9hG4bK1\nf: "A \\" B" <sip:a@b>;tag=1\nt: c <sip:d@[::1]:5060>\ni: 1\nCSeq: 1 INVITE\nl: 3\n\nabc',
  ),
];

describe('mutated messages', () => {
  const edit = fc.record({
    at: fc.nat(600),
    remove: fc.nat(6),
    insert: fc.constantFrom(
      '',
      '\r\n',
      '\r',
      '\n',
      ' ',
      '\t',
      ':',
      ';',
      ',',
      '"',
      '<',
      '>',
      '@',
      '%',
      '\0',
      '\xff',
      '[',
      '\\',
      '=',
      '?',
    ),
  });
  it('never make the parser or the validation throw, and what is accepted survives a rewrite', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.array(edit, { minLength: 1, maxLength: 8 }),
        (seed, edits) => {
          let bytes = Buffer.from(seed);
          for (const { at, remove, insert } of edits) {
            bytes = Buffer.concat([
              bytes.subarray(0, at),
              Buffer.from(insert, 'latin1'),
              bytes.subarray(at + remove),
            ]);
          }
          const result = parseMessage(bytes);
          if (!result.ok) return;
          if (result.message.kind === 'request') validateRequest(result.message);
          else isUsableResponse(result.message);
          const again = parseMessage(serializeMessage(result.message));
          expect(again.ok).toBe(true);
          expect(again.ok && headers(again.message, 'Via')).toEqual(headers(result.message, 'Via'));
        },
      ),
      { numRuns: 4000 },
    );
  });

  it('never make the parser throw on plain garbage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void parseMessage(bytes)),
      { numRuns: 2000 },
    );
  });
});
