import { dominantFrequencyHz, levelDb, tone } from '@ringback/audio';
import { DigitReceiver, eventOfDigit, telephoneEventFrames } from '@ringback/rtp';
import { PCMA, PCMU, remoteAudio } from '@ringback/sdp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ENGINES, type RunningEngine, until } from './media-engine.ts';
import { type NgClient, openNgClient, PROFILES } from './ng-client.ts';
import { PlainPhone } from './plain-phone.ts';

let calls = 0;

describe.each(ENGINES)('two plain phones through $name', (engine) => {
  let server: RunningEngine;
  let ng: NgClient;
  let alice: PlainPhone;
  let bob: PlainPhone;
  let call: { 'call-id': string; 'from-tag': string };

  beforeAll(async () => {
    server = await engine.start();
    ng = await openNgClient(server.ngPort);
  });
  afterAll(async () => {
    ng?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    call = { 'call-id': `plain-${++calls}`, 'from-tag': 'a' };
    alice = await PlainPhone.open();
    bob = await PlainPhone.open();
  });
  afterEach(async () => {
    alice.hangUp();
    bob.hangUp();
    await ng.send('delete', { 'call-id': call['call-id'] });
  });

  /** Alice calls Bob; both know where to send afterwards. */
  async function connect(): Promise<{ toBob: string; toAlice: string }> {
    const toBob = await ng.sdp('offer', { ...call, ...PROFILES.toPlain, sdp: alice.describe() });
    bob.connect(toBob);
    const answer = { ...call, ...PROFILES.toPlain, 'to-tag': 'b', sdp: bob.describe() };
    const toAlice = await ng.sdp('answer', answer);
    alice.connect(toAlice);
    return { toBob, toAlice };
  }

  it('answers ping', async () => {
    expect(await ng.send('ping')).toEqual({ result: 'pong' });
  });

  it('describes itself on even ports of its own, with the origin of the phones', async () => {
    const { toBob, toAlice } = await connect();
    const [here, there] = [remoteAudio(toBob), remoteAudio(toAlice)];
    expect([here.port % 2, there.port % 2]).toEqual([0, 0]);
    expect(new Set([here.port, there.port, alice.port, bob.port]).size).toBe(4);
    expect(toBob).toContain('o=- 7000 1 IN IP4 127.0.0.1');
    expect([here.rtcpPort, there.rtcpPort]).toEqual([here.port + 1, there.port + 1]);
    expect(toBob).not.toContain('a=rtcp:');
    expect(here).toMatchObject({ codec: { name: 'PCMU' }, dtmfPayloadType: 101, direction: 'sendrecv' });
  });

  it('lets both hear each other', async () => {
    await connect();
    alice.play(440);
    bob.play(1000);
    await until('half a second of sound', () => Math.min(alice.heard.length, bob.heard.length) > 40);
    expect(dominantFrequencyHz(bob.samples(500), 8000)).toBeCloseTo(440, 0);
    expect(dominantFrequencyHz(alice.samples(500), 8000)).toBeCloseTo(1000, 0);
    expect(levelDb(bob.samples(500))).toBeCloseTo(levelDb(tone({ frequencyHz: 440, durationMs: 500 })), 0);
    expect(bob.heard[0]?.ssrc).toBe(alice.ssrc);
  });

  it('carries key presses', async () => {
    await connect();
    const timestamp = alice.timestamp;
    for (const { payload, marker } of telephoneEventFrames(eventOfDigit('7')!, {
      durationSamples: 800,
      frameSamples: 160,
    })) {
      alice.send({ payload, marker, payloadType: 101, timestamp });
    }
    await until('seven event packets', () => bob.heard.length >= 7);
    const receiver = new DigitReceiver();
    expect(bob.heard.map((packet) => receiver.receive(packet)).filter(Boolean)).toEqual(['7']);
    expect(new Set(bob.heard.map((packet) => packet.payloadType))).toEqual(new Set([101]));
  });

  it('holds and resumes on the same ports', async () => {
    const before = await connect();
    alice.play(440);
    await until('sound', () => bob.heard.length > 5);
    const reoffer = { ...call, ...PROFILES.toPlain, 'to-tag': 'b' };
    const held = await ng.sdp('offer', { ...reoffer, sdp: alice.describe({ direction: 'sendonly' }) });
    expect(remoteAudio(held)).toMatchObject({ direction: 'sendonly', port: remoteAudio(before.toBob).port });
    const agreed = await ng.sdp('answer', { ...reoffer, sdp: bob.describe({ direction: 'recvonly' }) });
    expect(remoteAudio(agreed)).toMatchObject({
      direction: 'recvonly',
      port: remoteAudio(before.toAlice).port,
    });
    // Bob resumes: the re-offer comes from the other side.
    const back = { ...PROFILES.toPlain, 'call-id': call['call-id'], 'from-tag': 'b', 'to-tag': 'a' };
    const resumed = await ng.sdp('offer', { ...back, sdp: bob.describe() });
    expect(remoteAudio(resumed).port).toBe(remoteAudio(before.toAlice).port);
    await ng.sdp('answer', { ...back, sdp: alice.describe() });
    const count = bob.heard.length;
    bob.play(1000);
    await until('sound both ways', () => bob.heard.length > count + 10 && alice.heard.length > 10);
  });

  it('counts packets, tells quality and lists the call', async () => {
    await connect();
    alice.play(440);
    bob.play(1000);
    const reported = () => ng.send('query', { 'call-id': call['call-id'] });
    const live = await until(
      'quality of both sides',
      async () => {
        const reply = await reported();
        return Object.keys(reply.SSRC).length === 2 && reply.totals.RTP.packets > 60 ? reply : undefined;
      },
      20_000,
    );
    expect((await ng.send('list', { limit: '100' })).calls).toContain(call['call-id']);
    expect(Object.keys(live.SSRC).sort()).toEqual([String(alice.ssrc), String(bob.ssrc)].sort());
    alice.silence();
    bob.silence();
    const end = await ng.send('delete', call);
    expect(end.result).toBe('ok');
    expect(end.totals.RTP.packets).toBeGreaterThan(50);
    expect(end.totals.RTP.bytes).toBe(172 * end.totals.RTP.packets);
    const stream = end.tags.a.medias[0].streams[0];
    expect(stream).toMatchObject({
      SSRC: alice.ssrc,
      flags: expect.arrayContaining(['RTP']),
      endpoint: { family: 'IPv4', address: '127.0.0.1', port: alice.port },
      stats: { errors: 0 },
    });
    expect(stream.stats.packets).toBeGreaterThan(25);
    expect(end.tags.b.medias[0]).toMatchObject({
      index: 1,
      type: 'audio',
      protocol: 'RTP/AVP',
      codec: 'PCMU/8000',
    });
    const quality = end.SSRC[alice.ssrc];
    expect(quality['average MOS'].MOS).toBeGreaterThan(38);
    for (const kind of ['average MOS', 'lowest MOS', 'highest MOS']) {
      expect(Object.keys(quality[kind])).toEqual(
        expect.arrayContaining(['MOS', 'round-trip time', 'round-trip time leg', 'jitter', 'packet loss']),
      );
    }
    expect((await ng.send('list', { limit: '100' })).calls).not.toContain(call['call-id']);
    expect(await ng.send('query', { 'call-id': call['call-id'] })).toMatchObject({ result: 'error' });
  });

  it('tells loss by whom it was heard', async () => {
    await connect();
    alice.play(440, PCMU, 10);
    bob.play(1000);
    const quality = await until(
      'a report of loss',
      async () => {
        const { SSRC } = await ng.send('query', { 'call-id': call['call-id'] });
        return SSRC[bob.ssrc]?.['lowest MOS']['packet loss'] > 5 ? SSRC : undefined;
      },
      20_000,
    );
    expect(quality[bob.ssrc]['average MOS']['packet loss']).toBeLessThan(20);
    expect(quality[alice.ssrc]?.['lowest MOS']['packet loss'] ?? 0).toBe(0);
  });

  it('gives both sides reports about their own sound', async () => {
    await connect();
    alice.play(440);
    bob.play(1000);
    const about = (phone: PlainPhone) =>
      phone.reports.some(
        (packet) =>
          packet.kind === 'sender-report' && packet.reports.some((block) => block.ssrc === phone.ssrc),
      );
    await until('reports', () => about(alice) && about(bob));
  });

  it('says what is wrong as rtpengine does', async () => {
    const sdp = alice.describe();
    const refusal = async (command: 'offer' | 'answer' | 'query', options: object) =>
      (await ng.send(command, options))['error-reason'];
    expect(await refusal('query', { 'call-id': 'nobody' })).toBe('Unknown call-id');
    expect(await refusal('answer', { ...call, 'to-tag': 'b', sdp })).toBe('Unknown call-id');
    expect(await refusal('answer', { ...call, sdp })).toBe('No to-tag in message');
    expect(await refusal('offer', { 'call-id': 'x', sdp })).toBe('No from-tag in message');
    expect(await refusal('offer', { 'from-tag': 'x', sdp })).toBe('No call-id in message');
    expect(await refusal('offer', call)).toBe('No SDP body in message');
    expect(await refusal('offer', { ...call, sdp: 'garbage' })).toMatch(/^Failed to parse SDP/);
    expect(await ng.send('delete', { 'call-id': 'nobody' })).toMatchObject({
      result: 'ok',
      warning: "Call-ID not found or tags didn't match",
    });
  });

  it('minds unknown keys no more than rtpengine', async () => {
    const odd = { 'made up': 'x', flags: ['trust-address', 'made-up-flag'], 'record call': 'no' };
    expect(await ng.sdp('offer', { ...call, ...PROFILES.toPlain, ...odd, sdp: alice.describe() })).toContain(
      'm=audio',
    );
  });

  it('joins PCMU with PCMA', async () => {
    const options = { ...call, ...PROFILES.toPlain, codec: { transcode: ['PCMA'] } };
    const offer = await ng.sdp('offer', { ...options, sdp: alice.describe({ dtmf: undefined }) });
    expect(remoteAudio(offer).codecs.map((codec) => codec.name)).toEqual(['PCMU', 'PCMA']);
    bob.connect(offer);
    const sdp = bob.describe({ codecs: [PCMA], dtmf: undefined });
    alice.connect(await ng.sdp('answer', { ...call, ...PROFILES.toPlain, 'to-tag': 'b', sdp }));
    alice.play(440);
    bob.play(1000, PCMA);
    await until('sound', () => Math.min(bob.heard.length, alice.heard.length) > 60);
    expect(dominantFrequencyHz(bob.samples(500, PCMA), 8000)).toBeCloseTo(440, 0);
    expect(dominantFrequencyHz(alice.samples(500, PCMU), 8000)).toBeCloseTo(1000, 0);
  });

  it('tells forks apart by their branch', async () => {
    const offer = (branch: string) =>
      ng.sdp('offer', { ...call, ...PROFILES.toPlain, 'via-branch': branch, sdp: alice.describe() });
    const ports = [remoteAudio(await offer('one')).port, remoteAudio(await offer('two')).port];
    expect(ports[0]).not.toBe(ports[1]);
    const options = { ...call, ...PROFILES.toPlain, 'to-tag': 'b', 'via-branch': 'two', sdp: bob.describe() };
    alice.connect(await ng.sdp('answer', options));
    bob.connect(await offer('two'));
    alice.play(440);
    await until('sound', () => bob.heard.length > 5);
    expect(bob.target.port).toBe(ports[1]);
    // The branch that lost is taken away; the call goes on.
    await ng.send('delete', { ...call, 'via-branch': 'one' });
    const count = bob.heard.length;
    await until('more sound', () => bob.heard.length > count + 5);
  });
});
