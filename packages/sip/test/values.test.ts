import { describe, expect, it } from 'vitest';
import {
  escapeUser,
  formatNameAddr,
  formatUri,
  formatVia,
  newBranch,
  newTag,
  noParams,
  ownVia,
  parseContentLength,
  parseCSeq,
  parseMaxForwards,
  parseNameAddr,
  parseRAck,
  parseSeconds,
  parseUri,
  parseVia,
  sameUri,
  splitList,
  tagOf,
  unescapeUri,
} from '../src/index.ts';

describe('parseUri', () => {
  it.each([
    'sip:alice@atlanta.example',
    'sip:alice:secret@atlanta.example:5070;transport=tcp;lr?subject=hi&priority=urgent',
    'sips:1212@gateway.example',
    'sip:+1-212-555-1212:1234@gateway.example;user=phone',
    'sip:[2001:db8::1]:5061',
    'sip:user;par=u%40x@host',
    'sip:b@abc.invalid;transport=ws',
    'tel:+1-201-555-0123;phone-context=example.com',
  ])('reads and writes %s', (text) => {
    expect(formatUri(parseUri(text)!)).toBe(text);
  });

  it('takes the parts apart', () => {
    expect(parseUri('SIP:a;b:pw@Host.example:5060;Transport=TCP;lr?x=1')).toEqual({
      scheme: 'sip',
      user: 'a;b',
      password: 'pw',
      host: 'Host.example',
      port: 5060,
      params: new Map([
        ['transport', 'TCP'],
        ['lr', ''],
      ]),
      headers: [{ name: 'x', value: '1' }],
    });
  });

  it.each([
    '',
    'sip:',
    'sip:@host',
    'sip:a@',
    'sip:a b@host',
    'sip:a@host:',
    'sip:a@host:99999',
    'sip:a@ho st',
    'sip:2001:db8::1',
    'sip:a@[2001:db8::1',
    'sip:a@[zz]',
    'sip:a@host;',
    'sip:a@host;lr;lr',
    'sip:a@host;;lr',
    'sip:a%4@host',
    'sip:a%zz@host',
    'sip:a@b@c',
    'sip:a@host?',
    'sip:a@host?x',
    '<sip:a@host>',
    'http://host',
    'tel:',
    'tel:hello',
    'sip:a\r\n@host',
    'sip:a@hé',
  ])('refuses %j', (text) => {
    expect(parseUri(text)).toBeUndefined();
  });

  it('escapes and unescapes a user, once', () => {
    expect(escapeUser('Jürgen @home%')).toBe('J%C3%BCrgen%20%40home%25');
    expect(unescapeUri('J%C3%BCrgen%20%40home%25')).toBe('Jürgen @home%');
    expect(unescapeUri('%FF')).toBe('%FF');
    expect(unescapeUri('50%')).toBe('50%');
  });
});

describe('sameUri, the examples of RFC 3261 19.1.4', () => {
  it.each([
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtlanTa.CoM;Transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;security=on'],
    ['sip:carol@chicago.com;newparam=5', 'sip:carol@chicago.com;security=on'],
    [
      'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
      'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
    ],
    [
      'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
      'sip:alice@atlanta.com?priority=urgent&subject=project%20x',
    ],
    ['urn:service:sos', 'urn:service:sos'],
  ])('%s is %s', (a, b) => {
    expect(sameUri(a, b)).toBe(true);
    expect(sameUri(b, a)).toBe(true);
  });

  it.each([
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off'],
    ['sip:a@b', 'sips:a@b'],
    ['sip:a%3Bb@c', 'sip:a;b@c'],
    ['sip:b', 'sip:a@b'],
  ])('%s is not %s', (a, b) => {
    expect(sameUri(a, b)).toBe(false);
    expect(sameUri(b, a)).toBe(false);
  });
});

describe('parseNameAddr', () => {
  it.each([
    ['"A. G. Bell" <sip:agb@bell.example> ;tag=a48s', 'A. G. Bell', 'sip:agb@bell.example', { tag: 'a48s' }],
    [
      'sip:+12125551212@server.example;tag=887s',
      undefined,
      'sip:+12125551212@server.example',
      { tag: '887s' },
    ],
    [
      'Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8',
      'Anonymous',
      'sip:c8oqz84zk7z@privacy.org',
      { tag: 'hyh8' },
    ],
    ['caller<sip:caller@example.com>', 'caller', 'sip:caller@example.com', {}],
    ['<sip:a@b;lr>;q=0.7;expires=3600', undefined, 'sip:a@b;lr', { q: '0.7', expires: '3600' }],
    ['"say \\"hi\\" <x>, y" <sip:a@b>', 'say "hi" <x>, y', 'sip:a@b', {}],
    ['"" <sip:a@b>', '', 'sip:a@b', {}],
    ['Zoë Müller <sip:a@b>', 'Zoë Müller', 'sip:a@b', {}],
    [
      '<sip:a@b>;+sip.instance="<urn:uuid:1;2>";reg-id=1',
      undefined,
      'sip:a@b',
      { '+sip.instance': '"<urn:uuid:1;2>"', 'reg-id': '1' },
    ],
    ['<urn:service:sos>', undefined, 'urn:service:sos', {}],
    ['<sip:a@b>;tag=1;tag=2;lr', undefined, 'sip:a@b', { tag: '1', lr: '' }],
  ])('reads %s', (value, displayName, uri, params) => {
    expect(parseNameAddr(value)).toEqual({ displayName, uri, params: new Map(Object.entries(params)) });
  });

  it.each([
    '',
    '*',
    '<>',
    '<sip:a@b',
    '"a <sip:a@b>',
    '"a" sip:a@b',
    'a, b <sip:a@b>',
    '< sip:a@b >',
    '<sip:a@b>x',
    '<sip:a@b>;',
    '<sip:a@b>;;tag=1',
    '<sip:a@b>;tag=',
    'sip:a@b?Route=x',
    'sip:a,b@c',
    '>sip:a@b',
    '<a>',
  ])('refuses %j', (value) => {
    expect(parseNameAddr(value)).toBeUndefined();
  });

  it('writes what it reads back the same, whatever the display name', () => {
    for (const displayName of ['Bob', 'Bob B', 'a"b\\c', 'comma, <angle>', 'Zoë', '']) {
      const value = { displayName, uri: 'sip:a@b;lr', params: new Map([['tag', '1']]) };
      expect(parseNameAddr(formatNameAddr(value))).toEqual(value);
    }
    expect(formatNameAddr({ displayName: 'x\r\nEvil: 1', uri: 'sip:a@b', params: noParams })).toBe(
      '"x Evil: 1" <sip:a@b>',
    );
  });

  it('finds a tag', () => {
    expect(tagOf('<sip:a@b>;tag=x')).toBe('x');
    expect(tagOf('<sip:a@b;tag=x>')).toBeUndefined();
    expect(tagOf(undefined)).toBeUndefined();
  });
});

describe('parseVia', () => {
  it('reads all parts, spaces around the marks too', () => {
    expect(
      parseVia(
        ' SIP / 2.0 / udp  first.example.com: 4000;ttl=16 ;maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8dlze.1;rport',
      ),
    ).toEqual({
      protocol: 'SIP/2.0',
      transport: 'UDP',
      host: 'first.example.com',
      port: 4000,
      params: new Map([
        ['ttl', '16'],
        ['maddr', '224.2.0.1'],
        ['branch', 'z9hG4bKa7c6a8dlze.1'],
        ['rport', ''],
      ]),
    });
  });

  it.each([
    'SIP/2.0/UDP 192.0.2.1:5061;branch=z9hG4bK1;rport=5;received=192.0.2.9',
    'SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK56',
    'SIP/2.0/TCP [2001:db8::9:1]:5060;received=2001:db8::9',
  ])('reads and writes %s', (value) => {
    expect(formatVia(parseVia(value)!)).toBe(value);
  });

  it.each([
    '',
    'SIP/2.0',
    'SIP/2.0/UDP',
    'SIP/2.0/UDP ',
    'SIP/2.0 UDP host',
    'SIP/2.0/UDP ho st',
    'SIP/2.0/UDP h;',
    'SIP/2.0/UDP h;;branch=1',
    'SIP/2.0/UDP 2001:db8::1',
  ])('refuses %j', (value) => {
    expect(parseVia(value)).toBeUndefined();
  });

  it('makes one of our own, IPv6 in brackets', () => {
    expect(ownVia('udp', '::1', 5060, 'z9hG4bK1')).toBe('SIP/2.0/UDP [::1]:5060;branch=z9hG4bK1;rport');
    expect(ownVia('tls', 'a.b', 5061, 'z9hG4bK1', { alias: true })).toBe(
      'SIP/2.0/TLS a.b:5061;branch=z9hG4bK1;rport;alias',
    );
  });
});

describe('numbers and identifiers', () => {
  it('reads CSeq, RAck and lengths within their ranges', () => {
    expect(parseCSeq('4711  INVITE')).toEqual({ sequence: 4711, method: 'INVITE' });
    expect(parseCSeq('4294967295 X')).toEqual({ sequence: 4_294_967_295, method: 'X' });
    for (const bad of ['', '1', 'INVITE', '-1 INVITE', '4294967296 X', '1 IN VITE', '1.5 X'])
      expect(parseCSeq(bad)).toBeUndefined();
    expect(parseRAck('776656 1 INVITE')).toEqual({ rseq: 776_656, cseq: { sequence: 1, method: 'INVITE' } });
    expect(parseRAck('776656 1 INVITE INVITE')?.cseq).toEqual({ sequence: 1, method: 'INVITE' });
    expect(parseRAck('776656 1')).toBeUndefined();
    expect(parseRAck('776656')).toBeUndefined();
    expect([parseContentLength('0012'), parseContentLength('-1'), parseContentLength('1,1')]).toEqual([
      12,
      undefined,
      undefined,
    ]);
    expect([parseMaxForwards('0068'), parseMaxForwards('256')]).toEqual([68, undefined]);
    expect([parseSeconds('3600'), parseSeconds('99999999999999999999'), parseSeconds('soon')]).toEqual([
      3600,
      4_294_967_295,
      undefined,
    ]);
  });

  it('makes branches and tags of the bytes that it is given', () => {
    expect(newBranch(Uint8Array.of(1, 0xab))).toBe('z9hG4bK01ab');
    expect(newTag(Uint8Array.of(0xff, 2))).toBe('ff02');
  });

  it('splits lists outside quotes and brackets', () => {
    expect(splitList('a, "b,\\",c" <d,e>;x="f,g" ,,h')).toEqual(['a', '"b,\\",c" <d,e>;x="f,g"', '', 'h']);
  });
});
