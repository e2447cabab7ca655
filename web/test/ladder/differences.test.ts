import { describe, expect, it } from 'vitest';
import { differences } from '../../src/ladder/sip/differences.ts';
import { spoken } from './spoken-call.ts';

const HEAD = `INVITE sip:1001@Example.com;transport=udp;lr SIP/2.0
Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1;rport
From: "Alice" <sip:alice@example.com>;tag=a1
To: <sip:1001@example.com>
Call-ID: abc
CSeq: 1 INVITE
Allow: INVITE, ACK, BYE
Supported: timer,replaces`;
const SDP = `v=0
o=- 1 1 IN IP4 10.0.0.1
s=-
c=IN IP4 10.0.0.1
t=0 0
m=audio 4000 RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=sendrecv`;

const message = (head: string, sdp?: string) =>
  `${head}${sdp ? `\nContent-Type: application/sdp\n\n${sdp}` : '\n\n'}`.replace(/\n/g, '\r\n');
const said = (left: string, right: string) =>
  differences(left, right).map(({ place, name, left: a, right: b }) => [place, name, a, b]);

describe('what means the same is no difference', () => {
  it.each([
    ['the same message', HEAD],
    ['the order of headers', HEAD.split('\n').toSpliced(4, 2, 'CSeq: 1 INVITE', 'Call-ID: abc').join('\n')],
    ['compact names', HEAD.replace('Via:', 'v:').replace('From:', 'f:').replace('To:', 't:')],
    ['names in another case', HEAD.replace('Call-ID:', 'CALL-ID:').replace('Via:', 'VIA:')],
    ['folded lines', HEAD.replace(';tag=a1', '\n ;tag=a1')],
    [
      'a list in several headers',
      HEAD.replace('Supported: timer,replaces', 'Supported: timer\nSupported: replaces'),
    ],
    ['the order of a set', HEAD.replace('INVITE, ACK, BYE', 'BYE,ACK , INVITE')],
    ['the order of parameters', HEAD.replace('branch=z9hG4bK1;rport', 'rport;branch=z9hG4bK1')],
    ['a quoted display name that needs no quotes', HEAD.replace('"Alice"', 'Alice')],
    ['the case of a host and of tokens', HEAD.replace('Example.com', 'example.COM').replace('UDP', 'udp')],
    ['the order of URI parameters', HEAD.replace(';transport=udp;lr', ';lr;transport=UDP')],
  ])('%s', (_what, other) => {
    expect(said(message(HEAD), message(other))).toEqual([]);
  });

  it.each([
    ['the order of attributes', SDP.replace(/(a=rtpmap:0.*)\n(a=rtpmap:101.*)/, '$2\n$1')],
    ['sendrecv, said or not', SDP.replace('\na=sendrecv', '')],
    ['sendrecv of the session', SDP.replace('\na=sendrecv', '').replace('t=0 0', 't=0 0\na=sendrecv')],
    ['the case of a codec', SDP.replace('PCMU', 'pcmu')],
  ])('%s in the session description', (_what, other) => {
    expect(said(message(HEAD, SDP), message(HEAD, other))).toEqual([]);
  });
});

describe('what means something is told by its place', () => {
  it.each([
    ['a parameter', HEAD.replace('tag=a1', 'tag=b2'), ['headers', 'From ;tag', 'a1', 'b2']],
    [
      'the user of a URI, with its case',
      HEAD.replace('sip:alice', 'sip:Alice'),
      ['headers', 'From', 'sip:alice@example.com', 'sip:Alice@example.com'],
    ],
    ['a display name', HEAD.replace('"Alice"', 'Bob'), ['headers', 'From name', 'Alice', 'Bob']],
    ['no display name', HEAD.replace('"Alice" ', ''), ['headers', 'From name', 'Alice', null]],
    [
      'a parameter of a URI',
      HEAD.replace('<sip:1001@example.com>', '<sip:1001@example.com;transport=tcp>'),
      ['headers', 'To uri ;transport', null, 'tcp'],
    ],
    ['a transport', HEAD.replace('/UDP', '/TCP'), ['headers', 'Via protocol', 'SIP/2.0/UDP', 'SIP/2.0/TCP']],
    [
      'a port',
      HEAD.replace('1:5060', '1:5070'),
      ['headers', 'Via sent-by', '10.0.0.1:5060', '10.0.0.1:5070'],
    ],
    ['one of a set', HEAD.replace(', BYE', ''), ['headers', 'Allow', 'BYE', null]],
    [
      'a header that is not there',
      HEAD.replace('\nCSeq: 1 INVITE', ''),
      ['headers', 'CSeq', '1 INVITE', null],
    ],
    ['the case of a Call-ID', HEAD.replace('abc', 'ABC'), ['headers', 'Call-ID', 'abc', 'ABC']],
    [
      'the request URI',
      HEAD.replace('sip:1001@', 'sip:1002@'),
      ['start line', 'Request-URI', 'sip:1001@example.com', 'sip:1002@example.com'],
    ],
    [
      'a parameter of the request URI',
      HEAD.replace('transport=udp', 'transport=tcp'),
      ['start line', 'Request-URI ;transport', 'udp', 'tcp'],
    ],
    ['a flag', HEAD.replace(';rport', ''), ['headers', 'Via ;rport', 'present', null]],
  ])('%s', (_what, other, expected) => {
    expect(said(message(HEAD), message(other))).toEqual([expected]);
  });

  it('tells a second Via as that', () => {
    const other = HEAD.replace('Via:', 'Via: SIP/2.0/TCP 10.0.0.9;branch=z9\nVia:');
    expect(said(message(HEAD), message(other)).map(([, name]) => name)).toContain('Via 2');
  });

  const DIGEST = `${HEAD}\nProxy-Authorization: Digest username="1001", realm="ringback.local", nonce="n1", nc=00000001, qop=auth`;

  it('tells of credentials each parameter by itself', () => {
    const other = DIGEST.replace('n1', 'n2').replace('nc=00000001', 'nc=00000002').replace('"1001"', '1001');
    expect(said(message(DIGEST), message(other))).toEqual([
      ['headers', 'Proxy-Authorization nonce', 'n1', 'n2'],
      ['headers', 'Proxy-Authorization nc', '00000001', '00000002'],
    ]);
  });

  it('tells so also of credentials that only one message has', () => {
    expect(said(message(HEAD), message(DIGEST))).toEqual([
      ['headers', 'Proxy-Authorization', null, 'Digest'],
      ['headers', 'Proxy-Authorization username', null, '1001'],
      ['headers', 'Proxy-Authorization realm', null, 'ringback.local'],
      ['headers', 'Proxy-Authorization nonce', null, 'n1'],
      ['headers', 'Proxy-Authorization nc', null, '00000001'],
      ['headers', 'Proxy-Authorization qop', null, 'auth'],
    ]);
  });

  it('tells of a Contact its address and each parameter', () => {
    const contact = (value: string) => message(`${HEAD}\nContact: ${value}`);
    const [left, right] = [
      '<sip:a@1.2.3.4:5060;ob>;expires=60;q=0.5',
      '<sip:a@1.2.3.5:5060>;expires=90;q=0.5',
    ];
    expect(said(contact(left), contact(right))).toEqual([
      ['headers', 'Contact', 'sip:a@1.2.3.4:5060', 'sip:a@1.2.3.5:5060'],
      ['headers', 'Contact uri ;ob', 'present', null],
      ['headers', 'Contact ;expires', '60', '90'],
    ]);
  });

  it.each([
    [
      'a direction',
      SDP.replace('sendrecv', 'sendonly'),
      ['SDP 1 audio', 'direction', 'sendrecv', 'sendonly'],
    ],
    [
      'the order of codecs',
      SDP.replace('AVP 0 101', 'AVP 101 0'),
      ['SDP 1 audio', 'm= formats', '0 101', '101 0'],
    ],
    ['a port', SDP.replace('4000', '0'), ['SDP 1 audio', 'm= port', '4000', '0']],
    ['parameters of a format', SDP.replace('0-15', '0-16'), ['SDP 1 audio', 'a=fmtp:101', '0-15', '0-16']],
    ['the version of a session', SDP.replace('- 1 1', '- 1 2'), ['SDP session', 'o= version', '1', '2']],
    [
      'a media section',
      `${SDP}\nm=video 5000 RTP/AVP 96`,
      ['SDP 2 video', 'm=', null, 'video 5000 RTP/AVP 96'],
    ],
  ])('%s of the session description', (_what, other, expected) => {
    expect(said(message(HEAD, SDP), message(HEAD, other))).toEqual([expected]);
  });
});

it('a request that was challenged differs by its credentials and its transaction', () => {
  const [first, , , , second] = spoken.messages;
  const names = differences(first?.raw ?? '', second?.raw ?? '').map(({ name }) => name);
  expect(names.slice(0, 4)).toEqual([
    'Via ;branch',
    'CSeq',
    'Proxy-Authorization',
    'Proxy-Authorization algorithm',
  ]);
  expect(names.slice(3)).toContain('Proxy-Authorization response');
});
