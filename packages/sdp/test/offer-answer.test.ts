import { describe, expect, it } from 'vitest';
import {
  answerTo,
  audioOffer,
  type Direction,
  PCMA,
  PCMU,
  parseSdp,
  remoteAudio,
  SdpError,
} from '../src/index.ts';

const local = { address: '127.0.0.1', port: 40_000, codecs: [PCMU, PCMA], sessionId: 1, version: 1 };

function offer(...media: string[]): string {
  return ['v=0', 'o=- 7 2 IN IP4 127.0.0.1', 's=x', 'c=IN IP4 127.0.0.9', 't=5 6', ...media, ''].join('\r\n');
}
const audio = (rest: string, ...attributes: string[]) => offer(`m=audio ${rest}`, ...attributes);

describe('audioOffer', () => {
  it('offers the codecs in order, telephone-event last', () => {
    const text = audioOffer({ ...local, dtmfPayloadType: 101 });
    expect(text.split('\r\n')).toEqual([
      'v=0',
      'o=- 1 1 IN IP4 127.0.0.1',
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      'm=audio 40000 RTP/AVP 0 8 101',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-16',
      'a=ptime:20',
      'a=sendrecv',
      '',
    ]);
    expect(remoteAudio(text)).toMatchObject({
      port: 40_000,
      rtcpPort: 40_001,
      codec: PCMU,
      dtmfPayloadType: 101,
    });
  });

  it('offers a hold and an IPv6 address', () => {
    const text = audioOffer({ ...local, address: '::1', direction: 'sendonly', version: 2 });
    expect(text).toContain('c=IN IP6 ::1\r\n');
    expect(remoteAudio(text)).toMatchObject({
      address: '::1',
      direction: 'sendonly',
      dtmfPayloadType: undefined,
    });
  });
});

describe('answerTo', () => {
  it("follows the offerer's order and its telephone-event number", () => {
    const answer = answerTo(
      audio('5004 RTP/AVP 18 8 0 126', 'a=rtpmap:126 telephone-event/8000', 'a=fmtp:126 0-15'),
      local,
    );
    expect(answer).toMatchObject({
      codec: { name: 'PCMA', payloadType: 8 },
      dtmfPayloadType: 126,
      direction: 'sendrecv',
    });
    expect(answer.sdp).toContain('m=audio 40000 RTP/AVP 8 126\r\n');
    expect(answer.sdp).toContain('a=fmtp:126 0-15\r\n');
    expect(answer.sdp).toContain('t=5 6\r\n');
    expect(answer.remote).toMatchObject({ address: '127.0.0.9', port: 5004 });
  });

  it('takes a dynamic number for a known codec', () => {
    const answer = answerTo(audio('5004 RTP/AVP 96', 'a=rtpmap:96 pcmu/8000'), local);
    expect(answer.codec.payloadType).toBe(96);
    expect(answer.sdp).toContain('m=audio 40000 RTP/AVP 96\r\na=rtpmap:96 pcmu/8000\r\n');
  });

  it('leaves telephone-event out when it was not offered, not wanted, or on another clock', () => {
    expect(answerTo(audio('5004 RTP/AVP 0'), local).dtmfPayloadType).toBeUndefined();
    const withEvent = audio('5004 RTP/AVP 0 101', 'a=rtpmap:101 telephone-event/8000');
    expect(answerTo(withEvent, { ...local, dtmf: false }).sdp).toContain('RTP/AVP 0\r\n');
    const fast = audio('5004 RTP/AVP 0 110', 'a=rtpmap:110 telephone-event/48000');
    expect(answerTo(fast, local).dtmfPayloadType).toBeUndefined();
  });

  it.each<[Direction, Direction | undefined, Direction]>([
    ['sendrecv', undefined, 'sendrecv'],
    ['sendonly', undefined, 'recvonly'],
    ['recvonly', undefined, 'sendonly'],
    ['inactive', undefined, 'inactive'],
    ['sendrecv', 'sendonly', 'sendonly'],
    ['sendonly', 'sendonly', 'inactive'],
    ['recvonly', 'sendonly', 'sendonly'],
  ])('answers %s, wanting %s, with %s', (offered, wanted, answered) => {
    const capabilities = wanted ? { ...local, direction: wanted } : local;
    const answer = answerTo(audio('5004 RTP/AVP 0', `a=${offered}`), capabilities);
    expect(answer.direction).toBe(answered);
    expect(answer.sdp).toContain(`a=${answered}\r\n`);
  });

  it('takes a connection address of zero for a hold, and a direction of the session for all lines', () => {
    const zero = offer('m=audio 5004 RTP/AVP 0', 'c=IN IP4 0.0.0.0');
    expect(answerTo(zero, local).direction).toBe('recvonly');
    const session = offer('a=inactive', 'm=audio 5004 RTP/AVP 0');
    expect(answerTo(session, local).direction).toBe('inactive');
  });

  it('refuses every further line with port 0, in its place', () => {
    const answer = answerTo(
      offer(
        'm=video 6000 RTP/AVP 96',
        'a=rtpmap:96 VP8/90000',
        'm=audio 5004 RTP/AVP 0',
        'm=audio 5006 RTP/AVP 0',
        'm=image 5008 udptl t38',
      ),
      local,
    );
    const lines = parseSdp(answer.sdp).media.map((media) => [media.type, media.port]);
    expect(lines).toEqual([
      ['video', 0],
      ['audio', 40_000],
      ['audio', 0],
      ['image', 0],
    ]);
  });

  it('passes over a secured line that it cannot do', () => {
    const both = offer('m=audio 5002 RTP/SAVP 0', 'm=audio 5004 RTP/AVP 0');
    expect(answerTo(both, local).remote.port).toBe(5004);
  });

  it.each([
    ['no-audio', offer('m=video 6000 RTP/AVP 96')],
    ['no-audio', audio('0 RTP/AVP 0')],
    ['unsupported-transport', audio('5004 UDP/TLS/RTP/SAVPF 0')],
    ['no-common-codec', audio('5004 RTP/AVP 18')],
  ])('says %s', (code, text) => {
    expect(() => answerTo(text, local)).toThrow(expect.objectContaining({ name: 'SdpError', code }));
  });

  it('answers again with a higher version: hold, then resume', () => {
    const hold = answerTo(audio('5004 RTP/AVP 0', 'a=sendonly'), { ...local, version: 2 });
    const resume = answerTo(audio('5004 RTP/AVP 0'), { ...local, version: 3 });
    expect([hold.direction, resume.direction]).toEqual(['recvonly', 'sendrecv']);
    expect(resume.sdp).toContain('o=- 1 3 IN IP4 127.0.0.1');
  });

  it('is an SdpError that can be told by its class', () => {
    expect(() => answerTo('', local)).toThrow(SdpError);
  });
});
