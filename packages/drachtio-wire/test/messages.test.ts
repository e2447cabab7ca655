import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ApplicationMessage,
  decodeApplicationMessage,
  decodeServerFrame,
  encodeApplicationMessage,
  encodeServerMessage,
  FrameReader,
  formatWireTime,
  parseApplicationSip,
  type ServerMessage,
} from '../src/index.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const text = (payload: Uint8Array) => new TextDecoder().decode(payload);
const onlyFrame = (framed: Uint8Array) => new FrameReader().push(framed).frames[0]!;

describe('messages of the application', () => {
  const sip = {
    startLine: 'INVITE sip:a@b SIP/2.0',
    headers: [{ name: 'X-A', value: 'ü' }],
    body: bytes('v=0'),
  };
  const messages: ApplicationMessage[] = [
    { command: 'authenticate', id: '1', secret: 'cymru', tags: ['eu', 'us'] },
    { command: 'authenticate', id: '1', secret: 'cymru', tags: [] },
    { command: 'ping', id: '2' },
    { command: 'route', id: '3', verb: 'invite' },
    { command: 'remove_route', id: '4', verb: 'cdr:start' },
    { command: 'sip', id: '5', transactionId: 't', dialogId: '', sip },
    { command: 'sip', id: '6', transactionId: '', dialogId: 'c;from-tag=x', routeUrl: 'sip:1.2.3.4', sip },
    {
      command: 'proxy',
      id: '7',
      transactionId: 't',
      remainInDialog: true,
      fullResponse: true,
      followRedirects: false,
      simultaneous: true,
      provisionalTimeout: '2s',
      finalTimeout: '',
      destinations: ['sip:a', 'sip:b'],
      sip,
    },
    { command: 'unknown', id: '8', word: 'dance' },
  ];

  it.each(messages)('$command survives a round trip', (message) => {
    const decoded = decodeApplicationMessage(onlyFrame(encodeApplicationMessage(message)));
    expect(decoded).toEqual({ ok: true, message });
  });

  it.each(['', 'just-an-id', '|ping', '1|route|', '1|sip|t|d', '1|proxy|t'])('%j is malformed', (payload) => {
    expect(decodeApplicationMessage(bytes(payload))).toMatchObject({ ok: false });
  });

  it('takes the verb in any case', () => {
    expect(decodeApplicationMessage(bytes('1|route|INVITE'))).toMatchObject({ message: { verb: 'invite' } });
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (payload) => void decodeApplicationMessage(payload)),
    );
  });
});

describe('the SIP text of an application', () => {
  it('may be a bare status line', () => {
    expect(parseApplicationSip(bytes('SIP/2.0 200 OK\r\n\r\n'))).toMatchObject({
      startLine: 'SIP/2.0 200 OK',
      headers: [],
    });
    expect(parseApplicationSip(bytes('SIP/2.0 200 OK')).startLine).toBe('SIP/2.0 200 OK');
  });

  it('skips lines that are no headers and unfolds those that are', () => {
    const sip = parseApplicationSip(
      bytes('A sip:b SIP/2.0\r\nno colon\r\nb(d: 1\r\nX-Long: a\r\n  b\r\nX: \r\n\r\nbody'),
    );
    expect(sip.headers).toEqual([
      { name: 'X-Long', value: 'a b' },
      { name: 'X', value: '' },
    ]);
    expect(text(sip.body)).toBe('body');
  });

  it('has the whole rest as body, since the length that drachtio-srf writes counts characters', () => {
    const sip = parseApplicationSip(bytes('MESSAGE sip:b SIP/2.0\r\ncontent-length: 2\r\n\r\nü\r\n\r\nß'));
    expect(text(sip.body)).toBe('ü\r\n\r\nß');
  });
});

describe('messages of the server', () => {
  const meta = {
    source: 'network',
    bytes: 4,
    protocol: 'udp',
    address: '10.0.0.1',
    port: 5060,
    time: 'T',
  } as const;
  const lines: [ServerMessage, string][] = [
    [{ kind: 'response', requestId: 'r', reply: { result: 'ok' } }, 'i|response|r|OK'],
    [{ kind: 'response', requestId: 'r', reply: { result: 'pong' } }, 'i|response|r|OK|pong'],
    [
      {
        kind: 'response',
        requestId: 'r',
        reply: {
          result: 'authenticated',
          hostports: ['udp/1:2', 'tcp/1:2'],
          version: 'v0.9.0',
          localHostports: ['udp/1:2'],
        },
      },
      'i|response|r|OK|udp/1:2,tcp/1:2|v0.9.0|udp/1:2',
    ],
    [
      { kind: 'response', requestId: 'r', reply: { result: 'no', reason: 'a|b\r\nc' } },
      'i|response|r|NO|a b  c',
    ],
    [
      {
        kind: 'response',
        requestId: 'r',
        reply: {
          meta: { ...meta, source: 'application' },
          result: 'request-sent',
          transactionId: 't',
          sip: bytes('BYE!'),
        },
      },
      'i|response|r|OK|application|4|udp|10.0.0.1|5060|T|t|Msg sent:|\r\nBYE!',
    ],
    [
      {
        kind: 'response',
        requestId: 'r',
        reply: {
          meta: { ...meta, source: 'application' },
          result: 'response-sent',
          transactionId: 't',
          dialogId: 'd',
          sip: bytes('BYE!'),
        },
      },
      'i|response|r|OK|application|4|udp|10.0.0.1|5060|T|t|d||Msg sent:|\r\nBYE!',
    ],
    [
      { kind: 'sip', meta, transactionId: 't', dialogId: 'd', sip: bytes('BYE!') },
      'i|sip|network|4|udp|10.0.0.1|5060|T|t|d|\r\nBYE!',
    ],
    [
      {
        kind: 'sip',
        meta,
        transactionId: 't',
        dialogId: '',
        receivedOn: { address: '1', port: 2 },
        sip: bytes('BYE!'),
      },
      'i|sip|network|4|udp|10.0.0.1|5060|T|t||1|2|\r\nBYE!',
    ],
    [
      {
        kind: 'cdr',
        event: 'stop',
        source: 'network',
        time: 'T',
        detail: 'normal-release',
        sip: bytes('BYE!'),
      },
      'i|cdr:stop|network|T|normal-release\r\nBYE!',
    ],
  ];

  it.each(lines)('%j', (message, expected) => {
    expect(text(onlyFrame(encodeServerMessage('i', message)))).toBe(expected);
  });

  it('are read by a client as tokens and SIP', () => {
    const frame = decodeServerFrame(onlyFrame(encodeServerMessage('i', lines[6]![0])));
    expect(frame).toMatchObject({ id: 'i', command: 'sip', sip: 'BYE!' });
    expect(frame.tokens).toEqual(['network', '4', 'udp', '10.0.0.1', '5060', 'T', 't', 'd', '']);
  });

  it('write the time of day with microseconds', () => {
    expect(formatWireTime(Date.UTC(2026, 0, 2, 3, 4, 5, 67))).toBe('03:04:05.067000');
  });
});
