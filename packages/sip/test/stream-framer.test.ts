import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FramerEvent, maxMessageBytes, StreamFramer, serializeMessage } from '../src/index.ts';
import { request, text, wire } from './messages.ts';

const first = serializeMessage({
  ...request('INVITE'),
  body: Buffer.from('v=0\r\n\r\nnot a SIP header: 1\r\n\r\n'),
});
const second = serializeMessage(request('OPTIONS'));
const stream = Buffer.concat([first, wire('\n\n'), second, wire('\n'), first]);

const shown = (events: FramerEvent[]) =>
  events.map((event) => (event.kind === 'message' ? text(event.bytes) : event.kind));
const expected = [text(first), 'ping', text(second), text(first)];

describe('StreamFramer', () => {
  it('cuts glued messages apart and answers a double CRLF', () => {
    expect(shown(new StreamFramer().push(stream))).toEqual(expected);
  });

  it('gives the same for a split at every byte', () => {
    for (let at = 0; at <= stream.length; at++) {
      const framer = new StreamFramer();
      const events = [...framer.push(stream.subarray(0, at)), ...framer.push(stream.subarray(at))];
      expect(shown(events), `split at ${at}`).toEqual(expected);
    }
  });

  it('gives the same byte by byte, and keeps what it handed out', () => {
    const framer = new StreamFramer();
    const events = [...stream].flatMap((byte) => framer.push(Uint8Array.of(byte)));
    expect(shown(events)).toEqual(expected);
    expect(framer.pendingBytes).toBe(0);
  });

  it('gives the same for any chunks', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        const framer = new StreamFramer();
        const events: FramerEvent[] = [];
        let at = 0;
        for (let turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length]!;
          events.push(...framer.push(Uint8Array.from(stream.subarray(at, at + size))));
          at += size;
        }
        expect(shown(events)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('reads the compact and the folded Content-Length', () => {
    const compact = wire('OPTIONS sip:a@b SIP/2.0\nl : 2\n\nab');
    const folded = wire('OPTIONS sip:a@b SIP/2.0\ncontent-LENGTH:\n  3\n\nabc');
    expect(shown(new StreamFramer().push(Buffer.concat([compact, folded])))).toEqual([
      text(compact),
      text(folded),
    ]);
  });

  it('is not misled by a Content-Length inside another header', () => {
    const message = wire('OPTIONS sip:a@b SIP/2.0\nX: a\n l: 99\nContent-Length: 0\n\n');
    expect(shown(new StreamFramer().push(message))).toEqual([text(message)]);
  });

  it.each([
    ['no Content-Length', 'OPTIONS sip:a@b SIP/2.0\nTo: x\n\n', 'content-length'],
    ['a negative one', 'OPTIONS sip:a@b SIP/2.0\nl: -1\n\n', 'content-length'],
    ['two', 'OPTIONS sip:a@b SIP/2.0\nl: 1\nl: 1\n\n', 'content-length'],
    ['a body over the limit', `OPTIONS sip:a@b SIP/2.0\nl: ${maxMessageBytes}\n\n`, 'too-large'],
    ['an endless header', `OPTIONS sip:a@b SIP/2.0\nX: ${'x'.repeat(maxMessageBytes)}`, 'too-large'],
  ])('gives the stream up and says who asked: %s', (_, message, code) => {
    const framer = new StreamFramer();
    expect(framer.push(wire(message))).toMatchObject([
      { kind: 'error', error: { code }, request: { method: 'OPTIONS' } },
    ]);
    expect(framer.push(second)).toEqual([]);
    expect(framer.pendingBytes).toBe(0);
  });

  it.each(['\x16\x03\x01', '{"a":1}\r\n', '\rX', '\n'])(
    'gives up at once on what cannot begin a message: %j',
    (garbage) => {
      expect(new StreamFramer().push(Buffer.from(garbage))).toMatchObject([
        { kind: 'error', error: { code: 'start-line' } },
      ]);
    },
  );

  it('hands out what came before the garbage', () => {
    const events = new StreamFramer().push(Buffer.concat([second, Buffer.from('\0garbage')]));
    expect(events.map(({ kind }) => kind)).toEqual(['message', 'error']);
  });
});
