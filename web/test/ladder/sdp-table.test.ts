import { expect, it } from 'vitest';
import { parseSdp } from '../../src/ladder/sip/sdp.ts';
import { sdpTable } from '../../src/ladder/sip/sdp-table.ts';
import { parseSip } from '../../src/ladder/sip/sip-text.ts';
import { spoken } from './spoken-call.ts';

const tableOf = (body: string) => sdpTable(parseSdp(body) as NonNullable<ReturnType<typeof parseSdp>>);

it("shows a browser's offer m-line by m-line", () => {
  const offer = parseSip(spoken.messages[6]?.raw ?? '').body;
  const [audio, ...more] = tableOf(offer);
  expect(more).toEqual([]);
  expect(audio?.title).toBe('1 · audio');
  expect(
    audio?.codecs.map(({ payloadType, name, clockRate }) => `${payloadType} ${name}/${clockRate}`),
  ).toEqual(['0 PCMU/8000', '96 opus/48000', '101 telephone-event/8000', '97 telephone-event/48000']);
  const facts = new Map(audio?.facts.map(({ name, value }) => [name, value]));
  expect(facts.get('Direction')).toBe('sendrecv');
  expect(facts.get('Protocol')).toContain('keys by DTLS');
  expect(facts.get('ICE')).toBe('full · 1 candidate · user 1Gec');
  expect(facts.get('Candidate')).toBe('host udp 127.0.0.1:22100');
  expect(facts.get('Keys')).toMatch(/^DTLS active · sha-256 FA:62/);
});

it('knows codecs that need no rtpmap, SDES keys, and media that is refused', () => {
  const body = `v=0\nc=IN IP4 192.0.2.1\nm=audio 4000 RTP/SAVP 0 8\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\nm=video 0 RTP/AVP 96`;
  const [audio, video] = tableOf(body);
  expect(audio?.codecs.map(({ name }) => name)).toEqual(['PCMU', 'PCMA']);
  expect(audio?.facts).toContainEqual({ name: 'Keys', value: 'SDES · AES_CM_128_HMAC_SHA1_80' });
  expect(audio?.facts).toContainEqual({ name: 'Address', value: '192.0.2.1:4000' });
  expect(video?.facts).toContainEqual({ name: 'Direction', value: 'refused (port 0)' });
});

it('is none of what is no session description', () => {
  expect(parseSdp('Signal=5\r\nDuration=160')).toBeNull();
});
