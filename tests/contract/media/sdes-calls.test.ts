import { dominantFrequencyHz } from '@ringback/audio';
import { remoteAudio } from '@ringback/sdp';
import { CRYPTO_SUITES, type CryptoSuiteName } from '@ringback/srtp';
import { CHROMIUM } from '@ringback/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startChromium } from './chromium.ts';
import { ENGINES, type RunningEngine, until } from './media-engine.ts';
import { type NgClient, openNgClient, PROFILES } from './ng-client.ts';
import { PlainPhone } from './plain-phone.ts';
import { cryptoLines, SdesPhone } from './sdes-phone.ts';

let calls = 0;
const { toPlain } = PROFILES;
const toSecure = { ...toPlain, 'transport-protocol': 'RTP/SAVP', DTLS: 'off' };
const SUITES = CRYPTO_SUITES.map(({ name }) => name);

describe.each(ENGINES)('phones with SRTP through $name', (engine) => {
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
    call = { 'call-id': `sdes-${++calls}`, 'from-tag': 'a' };
    alice = await PlainPhone.open();
    bob = await PlainPhone.open();
  });
  afterEach(async () => {
    alice.hangUp();
    bob.hangUp();
    await ng.send('delete', { 'call-id': call['call-id'] });
  });

  /** Alice has keys, Bob has none. */
  async function secureCallsPlain(suite: CryptoSuiteName): Promise<{ secure: SdesPhone; toAlice: string }> {
    const secure = new SdesPhone(alice, suite);
    const toBob = await ng.sdp('offer', { ...call, ...toPlain, sdp: secure.describe() });
    expect(remoteAudio(toBob).transport).toBe('RTP/AVP');
    expect(toBob).not.toContain('a=crypto');
    bob.connect(toBob);
    const answer = { ...call, ...toSecure, 'to-tag': 'b', sdp: bob.describe() };
    const toAlice = await ng.sdp('answer', answer);
    secure.connect(toAlice);
    return { secure, toAlice };
  }

  async function bothHear(aliceHz = 440, bobHz = 1000): Promise<void> {
    alice.play(aliceHz);
    bob.play(bobHz);
    const count = Math.max(alice.heard.length, bob.heard.length);
    await until('half a second of sound', () => Math.min(alice.heard.length, bob.heard.length) > count + 30);
    expect(dominantFrequencyHz(bob.samples(500), 8000)).toBeCloseTo(aliceHz, 0);
    expect(dominantFrequencyHz(alice.samples(500), 8000)).toBeCloseTo(bobHz, 0);
  }

  it.each(SUITES)('%s towards who calls: both hear each other', async (suite) => {
    const { secure, toAlice } = await secureCallsPlain(suite);
    expect(remoteAudio(toAlice).transport).toBe('RTP/SAVP');
    expect(cryptoLines(toAlice).map(({ tag, suite: { name } }) => [tag, name])).toEqual([[1, suite]]);
    expect(secure.theirs?.master.key).not.toEqual(secure.ours.master.key);
    await bothHear();
    await until('a report that is authentic', () => alice.reports.length > 0);
    expect(secure.faults).toBe(0);
  });

  it.each(SUITES)('%s towards who is called: both hear each other', async (suite) => {
    const secure = new SdesPhone(bob, suite);
    const toBob = await ng.sdp('offer', { ...call, ...toSecure, sdp: alice.describe() });
    expect(remoteAudio(toBob).transport).toBe('RTP/SAVP');
    const offered = cryptoLines(toBob).map((line) => line.suite.name);
    expect(offered).toEqual(SUITES);
    secure.take(toBob);
    const toAlice = await ng.sdp('answer', { ...call, ...toPlain, 'to-tag': 'b', sdp: secure.describe() });
    expect(toAlice).not.toContain('a=crypto');
    alice.connect(toAlice);
    await bothHear();
    expect(secure.faults).toBe(0);
  });

  it('two phones with keys of different suites hear each other', async () => {
    const [a, b] = [new SdesPhone(alice, 'AES_CM_128_HMAC_SHA1_32'), new SdesPhone(bob, 'AEAD_AES_256_GCM')];
    const toBob = await ng.sdp('offer', { ...call, ...toSecure, sdp: a.describe() });
    // What the caller offered comes first.
    expect(cryptoLines(toBob)[0]?.suite.name).toBe('AES_CM_128_HMAC_SHA1_32');
    b.take(toBob);
    a.connect(await ng.sdp('answer', { ...call, ...toSecure, 'to-tag': 'b', sdp: b.describe() }));
    await bothHear();
  });

  it('offers the suites that SDES no- leaves', async () => {
    const SDES = ['no-AEAD_AES_256_GCM', 'no-AEAD_AES_128_GCM', 'no-AES_256_CM_HMAC_SHA1_80'];
    const toBob = await ng.sdp('offer', { ...call, ...toSecure, SDES, sdp: alice.describe() });
    expect(cryptoLines(toBob).map(({ suite }) => suite.name)).toEqual(SUITES.slice(3));
  });

  // rtpengine 10.5 does not know these words yet.
  it.skipIf(engine.name === 'debian').each<[string, readonly CryptoSuiteName[]]>([
    ['only-AES_CM_128_HMAC_SHA1_80', ['AES_CM_128_HMAC_SHA1_80']],
    [
      'order:AES_CM_128_HMAC_SHA1_32;AES_256_CM_HMAC_SHA1_80',
      [SUITES[5]!, SUITES[2]!, SUITES[0]!, SUITES[1]!, SUITES[3]!, SUITES[4]!],
    ],
  ])('offers the suites as SDES %s says', async (word, expected) => {
    const SDES = [word];
    const toBob = await ng.sdp('offer', { ...call, ...toSecure, SDES, sdp: alice.describe() });
    expect(cryptoLines(toBob).map(({ suite }) => suite.name)).toEqual(expected);
  });

  // rtpengine 10.5 does not know the word yet.
  it.skipIf(engine.name === 'debian')('offers no new suite under SDES nonew', async () => {
    const secure = new SdesPhone(alice, 'AES_CM_128_HMAC_SHA1_80');
    const options = { ...toSecure, SDES: ['nonew'], sdp: secure.describe() };
    const toBob = await ng.sdp('offer', { ...call, ...options });
    expect(cryptoLines(toBob).map(({ suite }) => suite.name)).toEqual(['AES_CM_128_HMAC_SHA1_80']);
  });

  it('leaves reports readable under SDES unencrypted_srtcp, pads and tells a lifetime when asked', async () => {
    const SDES = ['unencrypted_srtcp', 'pad', 'lifetime', 'only-AEAD_AES_256_GCM'];
    const toBob = await ng.sdp('offer', { ...call, ...toSecure, SDES, sdp: alice.describe() });
    expect(toBob).toMatch(/a=crypto:1 AEAD_AES_256_GCM inline:[\w+/]{59}=\|2\^31 UNENCRYPTED_SRTCP\r\n/);
  });

  it('a re-offer that changes nothing keeps ports and the answered key', async () => {
    const { secure, toAlice } = await secureCallsPlain('AES_CM_128_HMAC_SHA1_80');
    await bothHear();
    const again = { ...call, 'to-tag': 'b' };
    const toBob = await ng.sdp('offer', { ...again, ...toPlain, sdp: secure.describe() });
    expect(remoteAudio(toBob).port).toBe(bob.target.port);
    const repeated = await ng.sdp('answer', { ...again, ...toSecure, sdp: bob.describe() });
    expect(remoteAudio(repeated).port).toBe(remoteAudio(toAlice).port);
    expect(cryptoLines(repeated)).toEqual(cryptoLines(toAlice));
    const { faults } = secure;
    await bothHear(600, 1200);
    expect(secure.faults).toBe(faults);
  });

  it('a phone changes its key in the middle of a call, and is heard on', async () => {
    const { secure } = await secureCallsPlain('AES_CM_128_HMAC_SHA1_80');
    await bothHear();
    secure.rekey();
    const again = { ...call, 'to-tag': 'b' };
    await ng.sdp('offer', { ...again, ...toPlain, sdp: secure.describe() });
    alice.silence();
    secure.connect(await ng.sdp('answer', { ...again, ...toSecure, sdp: bob.describe() }));
    secure.protect();
    await bothHear(600, 1200);
  });

  it('RTP/AVP that offers keys is answered with keys (RFC 8643)', async () => {
    const secure = new SdesPhone(alice, 'AES_CM_128_HMAC_SHA1_80');
    const toBob = await ng.sdp('offer', { ...call, ...toPlain, sdp: secure.describe({}, 'RTP/AVP') });
    expect(toBob).not.toContain('a=crypto');
    bob.connect(toBob);
    const toAlice = await ng.sdp('answer', { ...call, 'to-tag': 'b', sdp: bob.describe() });
    expect(remoteAudio(toAlice).transport).toBe('RTP/AVP');
    secure.connect(toAlice);
    await bothHear();
  });

  it('AVPF and SAVPF are carried as they are', async () => {
    const avpf = alice.describe().replace('RTP/AVP', 'RTP/AVPF');
    const toBob = await ng.sdp('offer', {
      ...call,
      'transport-protocol': 'RTP/SAVPF',
      DTLS: 'off',
      sdp: avpf,
    });
    expect(remoteAudio(toBob).transport).toBe('RTP/SAVPF');
    const secure = new SdesPhone(bob, 'AEAD_AES_128_GCM');
    secure.take(toBob);
    const sdp = secure.describe({}, 'RTP/SAVPF');
    const toAlice = await ng.sdp('answer', { ...call, 'to-tag': 'b', sdp });
    expect(remoteAudio(toAlice).transport).toBe('RTP/AVPF');
    alice.connect(toAlice);
    await bothHear();
  });

  it.skipIf(!CHROMIUM)('a phone with keys calls a browser: both hear each other', async () => {
    const chromium = await startChromium();
    const leg = await chromium.leg({ toneHz: 620 });
    try {
      const secure = new SdesPhone(alice, 'AEAD_AES_256_GCM');
      const offer = await ng.sdp('offer', { ...call, ...PROFILES.offerToBrowser, sdp: secure.describe() });
      const bundled = offer.includes('a=group') ? offer : offer.replace(/^m=/m, 'a=group:BUNDLE 1\r\nm=');
      const sdp = await leg.answer(bundled);
      secure.connect(await ng.sdp('answer', { ...call, ...toSecure, 'to-tag': 'b', sdp }));
      alice.play(440);
      await until('620 Hz at the phone', () => {
        const samples = alice.samples(500);
        return samples.length >= 4000 && Math.abs(dominantFrequencyHz(samples, 8000) - 620) < 1;
      });
      await until('440 Hz in the browser', async () => {
        const { rate, samples } = await leg.heard();
        return Math.abs(dominantFrequencyHz(samples, rate) - 440) < 1;
      });
    } finally {
      await leg.close();
      await chromium.close();
    }
  });

  // rtpengine 10.5 passes a replayed packet on.
  it.skipIf(engine.name === 'debian')('what was not sent by the phone is dropped and counted', async () => {
    const { secure } = await secureCallsPlain('AES_CM_128_HMAC_SHA1_80');
    await bothHear();
    alice.silence();
    const heard = bob.heard.length;
    // A copy, one with a wrong tag, and one in the clear: all from the right address.
    const { protection } = alice;
    const sealed: Uint8Array[] = [];
    alice.protection = {
      seal: (...args) => sealed[sealed.push(protection!.seal(...args)) - 1]!,
      open: protection!.open,
    };
    alice.sendFrame();
    await until('one packet more', () => bob.heard.length > heard);
    const settled = bob.heard.length;
    const forged = Buffer.from(sealed[0]!);
    forged.writeUInt16BE((forged.readUInt16BE(2) + 1) & 0xffff, 2);
    for (const bytes of [sealed[0]!, forged, forged.subarray(0, 172), forged.subarray(0, 20)])
      alice.sendToWire(bytes);
    alice.sendFrame();
    await until('the next good packet', () => bob.heard.length > settled);
    expect(bob.heard.length).toBe(settled + 1);
    const { tags } = await ng.send('query', { 'call-id': call['call-id'] });
    expect(tags.a.medias[0].protocol).toBe('RTP/SAVP');
    expect(tags.a.medias[0].streams[0].stats.errors).toBe(4);
    expect(secure.faults).toBe(0);
  });
});
