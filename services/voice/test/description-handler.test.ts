import { parseSdp, remoteAudio } from '@ringback/sdp';
import { describe, expect, test } from 'vitest';
import type { AgreedMedia } from '../src/rtp/media-session.ts';
import { isAnswerable, RtpDescriptionHandler } from '../src/sip/description-handler.ts';

function handler(port = 40_000) {
  const agreed: AgreedMedia[] = [];
  return { agreed, handler: new RtpDescriptionHandler({ port, agree: (m) => agreed.push(m) }, '127.0.0.9') };
}

const sdp = (...media: string[]) =>
  ['v=0', 'o=- 1 1 IN IP4 127.0.0.2', 's=-', 'c=IN IP4 127.0.0.2', 't=0 0', ...media, ''].join('\r\n');

describe('RtpDescriptionHandler', () => {
  test('offers PCMU and telephone-event over RTP/AVP at the public address', async () => {
    const { body, contentType } = await handler().handler.getDescription();
    expect(contentType).toBe('application/sdp');
    const offer = remoteAudio(body);
    expect(offer).toMatchObject({
      address: '127.0.0.9',
      port: 40_000,
      rtcpPort: 40_001,
      transport: 'RTP/AVP',
      dtmfPayloadType: 101,
      direction: 'sendrecv',
    });
    expect(offer.codecs.map((codec) => codec.name)).toEqual(['PCMU', 'telephone-event']);
  });

  test('an answer to its offer says where to send', async () => {
    const { handler: voice, agreed } = handler();
    await voice.getDescription();
    await voice.setDescription(
      sdp('m=audio 5000 RTP/AVP 0 101', 'a=rtpmap:101 telephone-event/8000', 'a=rtcp:5007'),
    );
    expect(agreed).toEqual([
      {
        address: '127.0.0.2',
        port: 5000,
        rtcpPort: 5007,
        codec: 'PCMU',
        payloadType: 0,
        eventPayloadType: 101,
        sending: true,
      },
    ]);
  });

  test('answers an offer with its numbers, PCMA too', async () => {
    const { handler: voice, agreed } = handler();
    await voice.setDescription(
      sdp('m=audio 5000 RTP/AVP 8 126', 'a=rtpmap:126 telephone-event/8000', 'a=rtcp-mux'),
    );
    const answer = remoteAudio((await voice.getDescription()).body);
    expect(answer.codec.payloadType).toBe(8);
    expect(answer.dtmfPayloadType).toBe(126);
    expect(agreed[0]).toMatchObject({ codec: 'PCMA', payloadType: 8, eventPayloadType: 126, rtcpPort: 5001 });
  });

  test('hold and resume by re-INVITE, each with a higher version', async () => {
    const { handler: voice, agreed } = handler();
    await voice.getDescription();
    await voice.setDescription(sdp('m=audio 5000 RTP/AVP 0'));
    const versions: unknown[] = [];
    for (const direction of ['sendonly', 'inactive', 'sendrecv']) {
      await voice.setDescription(sdp('m=audio 5000 RTP/AVP 0', `a=${direction}`));
      const { body } = await voice.getDescription();
      versions.push(parseSdp(body).origin?.sessionVersion);
    }
    expect(agreed.map((media) => media.sending)).toEqual([true, false, false, true]);
    expect(versions).toEqual([2, 3, 4]);
  });

  test.each([
    sdp('m=video 5000 RTP/AVP 96'),
    sdp('m=audio 5000 RTP/AVP 96', 'a=rtpmap:96 opus/48000/2'),
    sdp('m=audio 5000 UDP/TLS/RTP/SAVPF 0'),
    'garbage',
  ])('cannot answer %j', (offer) => {
    expect(isAnswerable(offer)).toBe(false);
  });

  test('can answer G.711, and no offer by one of its own', () => {
    expect(isAnswerable(sdp('m=audio 5000 RTP/AVP 8'))).toBe(true);
    expect(isAnswerable('')).toBe(true);
  });

  test('an answer with a codec that was not offered is refused', async () => {
    const { handler: voice } = handler();
    await voice.getDescription();
    await expect(voice.setDescription(sdp('m=audio 5000 RTP/AVP 9'))).rejects.toThrow('G722');
  });
});
