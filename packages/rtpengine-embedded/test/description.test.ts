import { PCMU, parseSdp, remoteAudio, TELEPHONE_EVENT } from '@ringback/sdp';
import { describe, expect, it } from 'vitest';
import { readDescription } from '../src/negotiation/description.ts';
import { nativeDescription } from '../src/negotiation/ice-description.ts';
import { descriptionBody } from '../src/negotiation/local-description.ts';
import { ToldOrigin } from '../src/negotiation/told-origin.ts';

const session = ['v=0', 'o=alice 77 3 IN IP4 192.0.2.1', 's=call', 'c=IN IP4 192.0.2.1', 't=1 2'];
const hash = new Array(32).fill('AB').join(':');
const ice = [
  'a=ice-ufrag:abcd',
  'a=ice-pwd:0123456789012345678901',
  `a=fingerprint:sha-256 ${hash}`,
  'a=setup:actpass',
  'a=mid:0',
  'a=rtcp-mux',
];
const webRtcLine = 'm=audio 9 UDP/TLS/RTP/SAVPF 0';
const text = (...lines: string[]) => [...session, ...lines, ''].join('\r\n');

describe('reading', () => {
  it('takes candidates that the native library can use, and no others', () => {
    const { ice: read } = readDescription(
      text(
        webRtcLine,
        ...ice,
        'a=candidate:1 1 udp 2122260223 192.0.2.1 5000 typ host generation 0',
        'a=candidate:2 1 udp 2122260223 4d2c.local 5000 typ host',
        'a=candidate:3 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active',
        'a=candidate:4 2 udp 2122260222 192.0.2.1 5001 typ host',
        'a=candidate:5 1 udp 1 192.0.2.1 0 typ host',
        'a=candidate:6 1 udp 99999999999 192.0.2.1 5000 typ host',
        'a=candidate:8 1 udp 1 999.1.1.1 5000 typ host',
        'a=candidate:7 1 udp 1 192.0.2.1 5000 typ evil',
        'a=candidate:$%& 1 udp 1686052607 198.51.100.1 6000 typ srflx raddr 192.0.2.1 rport 5000',
      ),
    );
    expect(read?.candidates).toEqual([
      { foundation: '1', address: '192.0.2.1', port: 5000, priority: 2122260223, type: 'host' },
      { foundation: '1', address: '198.51.100.1', port: 6000, priority: 1686052607, type: 'srflx' },
    ]);
    expect(() => parseSdp(nativeDescription(read!, '0'))).not.toThrow();
  });

  const changed = (from: RegExp, to: string) =>
    text(webRtcLine, ...ice.map((line) => line.replace(from, to)));

  // What is refused never reaches the native library, which may end the process.
  it.each([
    ['an ICE name of 3 characters', changed(/ufrag:.*/, 'ufrag:abc')],
    ['an ICE name of 257 characters', changed(/ufrag:.*/, `ufrag:${'a'.repeat(257)}`)],
    ['an ICE name with a space', changed(/ufrag:.*/, 'ufrag:ab cd')],
    ['an ICE name with a quote', changed(/ufrag:.*/, 'ufrag:ab"cd')],
    ['an ICE password of 257 characters', changed(/pwd:.*/, `pwd:${'a'.repeat(257)}`)],
    ['an ICE password with a semicolon', changed(/pwd:.*/, `pwd:${'a'.repeat(30)};`)],
    ['a fingerprint of letters that are no digits', changed(/AB/, 'XY')],
    ['a fingerprint without colons', changed(/(AB:?)+/, 'AB'.repeat(48))],
    ['a fingerprint longer than its hash', changed(/AB$/, 'AB:AB')],
    ['a fingerprint of SHA-512 that is as short as SHA-256', changed(/sha-256/, 'sha-512')],
  ])('refuses %s', (_, sdp) => {
    expect(() => readDescription(sdp)).toThrow(expect.objectContaining({ code: 'refused' }));
  });

  it('writes for the native library nothing but what was checked', () => {
    const long = 'x'.repeat(1500);
    const description = readDescription(
      text(
        webRtcLine,
        ...ice.map((line) => line.replace('actpass', 'holdconn').replace('a=mid:0', `a=mid:${long}`)),
        `a=candidate:${long} 1 udp 1 192.0.2.1 5000 typ host`,
        'a=candidate:1 1 udp 1 fe80::1%eth0 5000 typ host',
        'a=candidate:1 1 udp 1 192.0.2.1 5000 typ host generation 0 ufrag evil network-id 9',
        `a=unknown:${long}`,
      ),
    );
    const lines = nativeDescription(description.ice!, '0').split('\r\n');
    expect(lines.every((line) => line.length < 400)).toBe(true);
    expect(lines.filter((line) => line.startsWith('a=candidate'))).toEqual([
      `a=candidate:${'x'.repeat(32)} 1 UDP 1 192.0.2.1 5000 typ host`,
      'a=candidate:1 1 UDP 1 192.0.2.1 5000 typ host',
    ]);
    expect(lines).toContain('a=setup:actpass');
  });

  it('takes no more candidates than the native library has room for', () => {
    const many = Array.from(
      { length: 500 },
      (_, i) => `a=candidate:1 1 udp ${i} 192.0.2.1 ${5000 + i} typ host`,
    );
    expect(readDescription(text(webRtcLine, ...ice, ...many)).ice?.candidates).toHaveLength(32);
  });

  it.each([
    ['garbage', 'garbage'],
    ['no audio', text('m=video 5000 RTP/AVP 96', 'a=rtpmap:96 VP8/90000')],
    ['another protocol', text('m=audio 5000 TCP/RTP/AVP 0')],
    ['no ICE password', text(webRtcLine, ...ice.filter((line) => !line.includes('pwd')))],
    ['a short ICE password', text(webRtcLine, ...ice.filter((l) => !l.includes('pwd')), 'a=ice-pwd:short')],
    ['no fingerprint', text(webRtcLine, ...ice.filter((line) => !line.includes('fingerprint')))],
    ['a fingerprint cut short', text(webRtcLine, ...ice.map((l) => (l.includes('AB') ? l.slice(0, -3) : l)))],
    ['a fingerprint of unknown kind', text(webRtcLine, ...ice.map((l) => l.replace('sha-256', 'md5')))],
  ])('refuses %s', (_, sdp) => {
    expect(() => readDescription(sdp)).toThrow(expect.objectContaining({ code: 'refused' }));
  });
});

describe('writing', () => {
  const local = {
    address: '127.0.0.1',
    port: 30_000,
    codecs: [PCMU, TELEPHONE_EVENT],
    direction: 'sendonly' as const,
  };

  const timing = { start: 1, stop: 2 };

  it('a plain line: our address, our RTCP port', () => {
    const body = descriptionBody(
      timing,
      { ...local, protocol: 'RTP/AVP', rtcp: { port: 30_001 } },
      undefined,
    );
    expect(body.split('\r\n')).toEqual([
      'c=IN IP4 127.0.0.1',
      't=1 2',
      'm=audio 30000 RTP/AVP 0 101',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-16',
      'a=sendonly',
      'a=ptime:20',
      'a=rtcp:30001',
      '',
    ]);
  });

  it('the other lines are refused, each in its place', () => {
    const { sdp, media } = readDescription(
      text('m=video 6000 RTP/AVP 96', 'a=mid:v', 'm=audio 5004 RTP/AVP 0', 'm=audio 5006 RTP/AVP 0'),
    );
    const body = descriptionBody(
      timing,
      { ...local, protocol: 'RTP/AVP' },
      { media: sdp.media, audio: media },
    );
    const lines = parseSdp([...session.slice(0, 3), body].join('\r\n')).media;
    expect(lines.map(({ type, port, mid }) => [type, port, mid])).toEqual([
      ['video', 0, 'v'],
      ['audio', 30_000, undefined],
      ['audio', 0, undefined],
    ]);
  });

  it('a WebRTC line carries ICE, DTLS, its name and the SSRC', () => {
    const { ice: described } = readDescription(text(webRtcLine, ...ice));
    const line = {
      ...local,
      protocol: 'UDP/TLS/RTP/SAVPF',
      rtcpMux: true,
      ice: described,
      mid: '0',
      ssrc: { id: 42, cname: 'x' },
    };
    const written = [...session.slice(0, 3), descriptionBody(timing, line, undefined)].join('\r\n');
    expect(written).toContain('a=group:BUNDLE 0\r\n');
    expect(written).toContain('a=ssrc:42 cname:x\r\n');
    expect(remoteAudio(written)).toMatchObject({ isWebRtc: true, rtcpMux: true, direction: 'sendonly' });
    expect(readDescription(written).ice).toEqual(described);
  });
});

describe('the origin', () => {
  const alice = parseSdp(text('m=audio 5004 RTP/AVP 0'));
  const bob = parseSdp(
    text('m=audio 5004 RTP/AVP 0').replace('alice 77 3', 'bob 78 9').replace('s=call', 's=x'),
  );
  const ours = 'IN IP4 127.0.0.1';

  it.each([
    [[], 'o=bob 78 9 IN IP4 192.0.2.1', 's=x'],
    [['origin'], 'o=bob 78 9 IN IP4 127.0.0.1', 's=x'],
    [['username'], 'o=alice 78 9 IN IP4 192.0.2.1', 's=x'],
    [['session-name'], 'o=bob 78 9 IN IP4 192.0.2.1', 's=call'],
    [['sdp-version'], 'o=bob 78 4 IN IP4 192.0.2.1', 's=x'],
    [['origin-full', 'session-name'], 'o=alice 77 4 IN IP4 127.0.0.1', 's=call'],
  ] as const)('of a second speaker under replace %j', (replace, origin, name) => {
    const told = new ToldOrigin();
    told.lines(alice, ours, replace, 'body');
    expect(told.lines(bob, ours, replace, 'another body')).toEqual([origin, name]);
  });

  it('goes up by one with each change, and by force without one', () => {
    const told = new ToldOrigin();
    const versions = (['sdp-version', 'force-increment-sdp-ver'] as const).flatMap((option) =>
      ['a', 'a', 'b'].map((body) => told.lines(alice, ours, [option], body)[0]?.split(' ')[2]),
    );
    expect(versions).toEqual(['3', '3', '4', '5', '6', '7']);
  });
});
