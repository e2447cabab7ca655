import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { answerProfile, calleeSide, callerSide, offerProfile } from '../src/media/profile.ts';
import { receivedMedia } from '../src/media/statistics.ts';

// Side A sent 45 packets and left out 5; B sent 50. Both sent RTCP; B's reports tell of A's stream.
const recorded: unknown = JSON.parse(
  readFileSync(new URL('./fixtures/rtpengine-10.5-delete.json', import.meta.url), 'utf8'),
);

describe('what rtpengine counted', () => {
  it('is told for each side, with what the other side reported of it', () => {
    expect(receivedMedia(recorded, 'A', 'B')).toEqual({
      packets: 45,
      bytes: 7740,
      packetsLost: 5,
      jitterMs: 1,
      roundTripMs: expect.closeTo(1.5, 0),
      mos: 3.6,
      codec: 'PCMU',
    });
    expect(receivedMedia(recorded, 'B', 'A')).toMatchObject({
      packets: 50,
      packetsLost: null,
      jitterMs: null,
      roundTripMs: null,
      mos: null,
    });
  });

  it('prefers the media server’s own count of loss and jitter', () => {
    const reply = structuredClone(recorded) as never as {
      tags: Record<string, { medias: { streams: Record<string, unknown>[] }[] }>;
    };
    reply.tags.A!.medias[0]!.streams[0]!['ingress SSRCs'] = [
      { SSRC: 1, packets: 2, 'cumulative loss': 9, jitter: 9 },
      { SSRC: 286331153, packets: 45, 'cumulative loss': 4, jitter: 2.5 },
    ];
    expect(receivedMedia(reply, 'A', 'B')).toMatchObject({ packetsLost: 4, jitterMs: 2.5, mos: 3.6 });
  });

  it('is the path at least, where ICE has found one and nothing arrived', () => {
    const host = { type: 'host', transport: 'udp', address: '127.0.0.1', port: 9 };
    const stream = { stats: { packets: 0 }, 'candidate pair': { local: host, remote: host } };
    const reply = { tags: { A: { medias: [{ type: 'audio', streams: [stream] }] } } };
    expect(receivedMedia(reply, 'A', 'B')).toMatchObject({ packets: 0, candidatePair: { remote: host } });
  });

  it('is nothing where nothing arrived or nothing is known', () => {
    expect(receivedMedia(recorded, 'C', 'A')).toBeNull();
    expect(receivedMedia({ result: 'ok', warning: 'Call-ID not found' }, 'A', 'B')).toBeNull();
    expect(receivedMedia(null, 'A', 'B')).toBeNull();
    expect(receivedMedia({ tags: { A: { medias: 'x' } } }, 'A', 'B')).toBeNull();
    expect(
      receivedMedia({ tags: { A: { medias: [{ type: 'audio', streams: [{}] }] } } }, 'A', 'B'),
    ).toBeNull();
  });
});

describe('the media of a side', () => {
  it('is a browser’s when it registers over WebSocket and is no voice', () => {
    expect(calleeSide('ws', false).webRtc).toBe(true);
    expect(calleeSide('ws', true).webRtc).toBe(false);
    expect(calleeSide('udp', false).webRtc).toBe(false);
    expect(callerSide('v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n').webRtc).toBe(true);
    expect(callerSide('v=0\r\nm=audio 4000 RTP/AVP 0\r\n').webRtc).toBe(false);
  });

  it('keeps a browser’s DTLS role for the whole call', () => {
    const browser = { transport: 'UDP/TLS/RTP/SAVPF', webRtc: true };
    // It answers: then it is active, and so it is told to be in every later offer.
    expect(offerProfile({ ...browser, offeredFirst: false })).toMatchObject({
      DTLS: 'passive',
      ICE: 'force',
    });
    // It offered: then rtpengine is active, and no option may say otherwise.
    expect(offerProfile({ ...browser, offeredFirst: true })).not.toHaveProperty('DTLS');
    expect(answerProfile({ ...browser, offeredFirst: true }, '')).not.toHaveProperty('DTLS');
  });

  it('prefers G.711 everywhere, and has Opus stood in for where that is all one knows', () => {
    const browser = { transport: 'UDP/TLS/RTP/SAVPF', webRtc: true, offeredFirst: false };
    for (const side of [calleeSide('udp', false), browser]) {
      const { codec } = offerProfile(side) as { codec: Record<string, string[]> };
      expect(codec.offer?.slice(0, 2)).toEqual(['PCMU', 'PCMA']);
      // Stripped codecs could not be stood in for.
      expect(codec).toMatchObject({ mask: ['all'], transcode: expect.arrayContaining(['PCMU']) });
      expect(codec).not.toHaveProperty('strip');
    }
  });

  it('has the transport that a phone offered, and plain RTP otherwise', () => {
    const offer = (transport: string) => `v=0\r\nm=audio 4000 ${transport} 0\r\n`;
    for (const transport of ['RTP/AVP', 'RTP/AVPF', 'RTP/SAVP']) {
      expect(answerProfile(calleeSide('udp', false), offer(transport))).toMatchObject({
        'transport-protocol': transport,
      });
      expect(offerProfile(callerSide(offer(transport)))).toMatchObject({ 'transport-protocol': transport });
    }
    expect(offerProfile(calleeSide('udp', false))).toMatchObject({ 'transport-protocol': 'RTP/AVP' });
    expect(callerSide(offer('TCP/nonsense')).transport).toBe('RTP/AVP');
  });
});
