import { describe, expect, it } from 'vitest';
import { isFault, type NgDictionary, readCommand, readNgFrame, writeNgFrame } from '../src/index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const offer = { command: 'offer', 'call-id': 'c', 'from-tag': 'f', sdp: 'v=0' };

describe('frames', () => {
  it('keep the cookie verbatim', () => {
    const cookie = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
    const frame = readNgFrame(writeNgFrame(cookie, { command: 'ping' }));
    expect(frame).toEqual({ cookie, body: expect.objectContaining({ command: 'ping' }) });
    const odd = Uint8Array.of(0xff, 0x01, 0x20, ...bytes('de'));
    const echo = readNgFrame(odd);
    expect(writeNgFrame(echo.cookie ?? '', {})).toEqual(odd);
  });

  it('name the cookie of a body that is broken, and none where there is none', () => {
    expect(readNgFrame(bytes('abc garbage'))).toMatchObject({ cookie: 'abc', reason: expect.any(String) });
    expect(readNgFrame(bytes('abc i1e'))).toMatchObject({ cookie: 'abc' });
    for (const text of ['', ' de', 'de', 'x'.repeat(300)]) {
      const frame = readNgFrame(bytes(text));
      expect(isFault(frame) && frame.cookie).toBeUndefined();
    }
  });
});

describe('readCommand', () => {
  it('reads an offer as the B2BUA sends it', () => {
    const read = readCommand({
      ...offer,
      'via-branch': 'z9',
      'transport-protocol': 'RTP/AVP',
      ICE: 'remove',
      'rtcp-mux': ['demux'],
      replace: ['origin', 'session-connection'],
      flags: ['trust address', 'No-RTCP-attribute'],
      codec: { strip: ['all'], offer: ['PCMU', 'telephone-event'], transcode: ['PCMU'] },
    });
    expect(read).toEqual({
      ok: true,
      unknownKeys: [],
      command: {
        command: 'offer',
        callId: 'c',
        fromTag: 'f',
        toTag: undefined,
        viaBranch: 'z9',
        sdp: 'v=0',
        transportProtocol: 'RTP/AVP',
        ice: 'remove',
        dtls: undefined,
        rtcpMux: ['demux'],
        replace: ['origin', 'session-connection'],
        flags: ['trust-address', 'no-rtcp-attribute'],
        codec: {
          strip: ['all'],
          mask: [],
          offer: ['PCMU', 'telephone-event'],
          except: [],
          transcode: ['PCMU'],
        },
      },
    });
  });

  it('names keys that it does not know, and ignores words of the wrong kind', () => {
    const read = readCommand({ ...offer, 'record call': 'yes', ICE: 7, flags: 'x', codec: ['y'] });
    expect(read).toMatchObject({
      ok: true,
      unknownKeys: ['record call'],
      command: { ice: undefined, flags: [] },
    });
  });

  it.each<[NgDictionary, string]>([
    [{}, 'Dictionary contains no key "command"'],
    [{ command: 'fly' }, 'Unrecognized command'],
    [{ ...offer, sdp: undefined }, 'No SDP body in message'],
    [{ ...offer, 'call-id': undefined }, 'No call-id in message'],
    [{ ...offer, 'from-tag': '' }, 'No from-tag in message'],
    [{ ...offer, command: 'answer' }, 'No to-tag in message'],
    [{ command: 'delete' }, 'No call-id in message'],
    [{ command: 'query', 'call-id': 5 }, 'No call-id in message'],
  ])('refuses %j as rtpengine does', (body, reason) => {
    expect(readCommand(body)).toEqual({ ok: false, reason });
  });

  it('reads delete, query, list and ping', () => {
    const command = (body: NgDictionary) => {
      const read = readCommand(body);
      return read.ok ? read.command : read.reason;
    };
    expect(command({ command: 'delete', 'call-id': 'c', 'from-tag': 'f', 'via-branch': 'b' })).toEqual({
      command: 'delete',
      callId: 'c',
      fromTag: 'f',
      toTag: undefined,
      viaBranch: 'b',
    });
    expect(command({ command: 'query', 'call-id': 'c' })).toMatchObject({
      command: 'query',
      fromTag: undefined,
    });
    expect(command({ command: 'list', limit: '10' })).toEqual({ command: 'list', limit: 10 });
    expect(command({ command: 'list' })).toEqual({ command: 'list', limit: 32 });
    expect(command({ command: 'ping' })).toEqual({ command: 'ping' });
  });
});
