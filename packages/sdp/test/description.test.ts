import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWebRtc, parseSdp, remoteAudio, SdpError, writeSdp } from '../src/index.ts';

const head = ['v=0', 'o=- 4611731400430051336 2 IN IP4 127.0.0.1', 's=-', 't=0 0'];
const chromium = [
  ...head,
  'a=group:BUNDLE 0',
  'a=extmap-allow-mixed',
  'm=audio 43210 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126',
  'c=IN IP4 127.0.0.1',
  'a=rtcp:9 IN IP4 0.0.0.0',
  'a=candidate:1 1 udp 2122260223 127.0.0.1 43210 typ host generation 0 network-id 1',
  'a=ice-ufrag:1234',
  'a=ice-pwd:asd88fgpdd777uzjYhagZg',
  'a=fingerprint:sha-256 AA:BB',
  'a=setup:actpass',
  'a=mid:0',
  'a=sendrecv',
  'a=rtcp-mux',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  'a=rtpmap:63 red/48000/2',
  'a=rtpmap:9 G722/8000',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:13 CN/8000',
  'a=rtpmap:110 telephone-event/48000',
  'a=rtpmap:126 telephone-event/8000',
  'a=x-made-up:kept',
  '',
].join('\r\n');

describe('parseSdp', () => {
  it('writes back what it read, unknown lines too', () => {
    const text = writeSdp(parseSdp(chromium));
    expect(text.split('\r\n').sort()).toEqual(chromium.split('\r\n').sort());
  });

  it.each([
    ['o=- 1 1 IN IP4 127.0.0.1', 1, 'v=0'],
    ['v=0\r\ns=-', 2, 'origin'],
    ['v=0\r\no=- 1 1 IN IP4', 2, 'origin'],
    [[...head, 'm=audio x RTP/AVP 0'].join('\r\n'), 5, 'media'],
    [[...head, 'm=audio 70000 RTP/AVP 0'].join('\r\n'), 5, '65535'],
    [[...head, 'm=audio 5004/2 RTP/AVP 0'].join('\r\n'), 5, 'media'],
    [[...head, 'c=IN IP4 <script>'].join('\n'), 5, 'connection'],
    [[...head, 'm=audio 5004 RTP/AVP 0', 'a=rtpmap:zero PCMU'].join('\r\n'), 6, 'rtpmap'],
    [[...head, 'not a line'].join('\r\n'), 5, 'x=value'],
    [[...head, 'a=\u0000'].join('\r\n'), 5, 'control'],
    [[...head, `a=${'x'.repeat(3000)}`].join('\r\n'), 5, 'longer'],
  ])('names the line that is to blame: %j', (text, lineNumber, reason) => {
    expect(() => parseSdp(text)).toThrow(expect.objectContaining({ code: 'malformed', lineNumber }));
    expect(() => parseSdp(text)).toThrow(reason);
  });

  it('reads 64 KB of crafted attributes in time, and throws nothing but SdpError', () => {
    const crafted = [
      'imageattr:1 send [',
      'simulcast:send ',
      'candidate:',
      'extmap:1 ',
      'msid:',
      'rtcp-fb:1 ',
      'ssrc:',
    ];
    for (const start of crafted) {
      const line = `a=${start}${' [x]'.repeat(400)}`;
      const text = [...head, ...new Array(35).fill(line), ''].join('\r\n');
      const before = performance.now();
      parseSdp(text);
      // A catastrophic pattern takes seconds; the bound is generous for a busy machine.
      expect(performance.now() - before).toBeLessThan(500);
    }
    const broken = fc.tuple(fc.nat(chromium.length), fc.string({ maxLength: 20 })).map(([at, garbage]) => {
      return chromium.slice(0, at) + garbage + chromium.slice(at + garbage.length);
    });
    fc.assert(
      fc.property(broken, (text) => {
        try {
          remoteAudio(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SdpError);
        }
      }),
    );
  });
});

describe('remoteAudio', () => {
  it('reads what Chromium offers', () => {
    const audio = remoteAudio(chromium);
    expect(audio).toMatchObject({
      address: '127.0.0.1',
      port: 43_210,
      rtcpPort: 43_210,
      rtcpMux: true,
      codec: { name: 'opus', payloadType: 111, clockRate: 48_000, channels: 2 },
      dtmfPayloadType: 110,
      direction: 'sendrecv',
      ptimeMs: 20,
      transport: 'UDP/TLS/RTP/SAVPF',
      isWebRtc: true,
    });
    expect(audio.codecs.map((codec) => codec.payloadType)).toEqual([111, 63, 9, 0, 8, 13, 110, 126]);
  });

  it('does not take a browser whose candidates are to come for one on hold', () => {
    const trickling = chromium
      .replace('m=audio 43210', 'm=audio 9')
      .replace('c=IN IP4 127.0.0.1', 'c=IN IP4 0.0.0.0');
    expect(remoteAudio(trickling)).toMatchObject({ address: '0.0.0.0', direction: 'sendrecv' });
  });

  it('reads a phone: media address over session address, its own RTCP port, ptime', () => {
    const text = [
      ...head,
      'c=IN IP4 10.0.0.1',
      'm=audio 5004 RTP/AVP 0 13',
      'c=IN IP4 10.0.0.2',
      'a=rtcp:6001',
      'a=ptime:30',
    ].join('\r\n');
    expect(remoteAudio(text)).toMatchObject({
      address: '10.0.0.2',
      rtcpPort: 6001,
      ptimeMs: 30,
      codec: { name: 'PCMU', payloadType: 0 },
      dtmfPayloadType: undefined,
      isWebRtc: false,
    });
  });

  it.each([
    ['a=maxptime:10', 10],
    ['a=maxptime:60', 20],
    ['a=ptime:40\r\na=maxptime:30', 30],
    ['a=ptime:0\r\na=maxptime:0', 20],
  ])('takes no longer packets than are taken: %s', (lines, ptimeMs) => {
    const text = [...head, 'c=IN IP4 10.0.0.1', 'm=audio 5004 RTP/AVP 0', lines].join('\r\n');
    expect(remoteAudio(text).ptimeMs).toBe(ptimeMs);
  });

  it.each([
    ['no-audio', ['m=video 6000 RTP/AVP 96', 'c=IN IP4 127.0.0.1']],
    ['no-audio', ['m=audio 5004 RTP/AVP 101', 'c=IN IP4 127.0.0.1', 'a=rtpmap:101 telephone-event/8000']],
    ['unsupported-transport', ['m=audio 5004 TCP/RTP/AVP 0', 'c=IN IP4 127.0.0.1']],
    ['malformed', ['m=audio 5004 RTP/AVP 0']],
  ])('says %s', (code, lines) => {
    expect(() => remoteAudio([...head, ...lines].join('\r\n'))).toThrow(expect.objectContaining({ code }));
  });
});

describe('isWebRtc', () => {
  it('tells browsers from phones and does not mind garbage', () => {
    expect(isWebRtc(chromium)).toBe(true);
    expect(isWebRtc([...head, 'm=audio 5004 RTP/AVP 0'].join('\r\n'))).toBe(false);
    expect(isWebRtc([...head, 'm=audio 5004 RTP/SAVP 0'].join('\r\n'))).toBe(false);
    expect(isWebRtc('m=video 1 UDP/TLS/RTP/SAVPF 96')).toBe(false);
    expect(isWebRtc('\u0000')).toBe(false);
  });
});
