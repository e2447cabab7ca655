import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesOfSamples, dominantFrequencyHz, levelDb, tone, writeWav } from '@ringback/audio';
import { DigitReceiver } from '@ringback/rtp';
import { remoteAudio } from '@ringback/sdp';
import { CHROMIUM } from '@ringback/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BrowserLeg, type Chromium, type LegOptions, startChromium } from './chromium.ts';
import { ENGINES, type RunningEngine, until } from './media-engine.ts';
import { type NgClient, openNgClient, PROFILES } from './ng-client.ts';
import { PlainPhone } from './plain-phone.ts';

let calls = 0;
const G711 = ['PCMU', 'PCMA', 'telephone-event'];

/** rtpengine 10.5 leaves `a=group:BUNDLE` out of its answers, which Chromium wants back. */
function bundled(sdp: string): string {
  if (sdp.includes('a=group:BUNDLE')) return sdp;
  const mid = /^a=mid:(\S+)/m.exec(sdp)?.[1] ?? '0';
  return sdp.replace(/^m=/m, `a=group:BUNDLE ${mid}\r\nm=`);
}

describe.skipIf(!CHROMIUM).each(ENGINES)('Chromium through $name', (engine) => {
  let server: RunningEngine;
  let ng: NgClient;
  let chromium: Chromium;
  let phone: PlainPhone;
  let legs: BrowserLeg[];
  let call: { 'call-id': string; 'from-tag': string };

  beforeAll(async () => {
    [server, chromium] = await Promise.all([engine.start(), startChromium()]);
    ng = await openNgClient(server.ngPort);
  });
  afterAll(async () => {
    ng?.close();
    await chromium?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    call = { 'call-id': `browser-${++calls}`, 'from-tag': 'a' };
    phone = await PlainPhone.open();
    legs = [];
  });
  afterEach(async () => {
    phone.hangUp();
    for (const leg of legs) await leg.close();
    await ng.send('delete', { 'call-id': call['call-id'] });
  });

  async function open(options: LegOptions): Promise<BrowserLeg> {
    const leg = await chromium.leg(options);
    legs.push(leg);
    return leg;
  }

  /** The browser calls the phone. */
  async function browserCalls(leg: BrowserLeg): Promise<string> {
    const toPhone = await ng.sdp('offer', {
      ...call,
      ...PROFILES.browserOffersPlain,
      sdp: await leg.offer(),
    });
    phone.connect(toPhone);
    const sdp = phone.describe({ dtmf: remoteAudio(toPhone).dtmfPayloadType });
    await leg.accept(
      bundled(await ng.sdp('answer', { ...call, ...PROFILES.answerToBrowser, 'to-tag': 'b', sdp })),
    );
    return toPhone;
  }

  /** The phone calls the browser. */
  async function phoneCalls(leg: BrowserLeg): Promise<void> {
    const toBrowser = await ng.sdp('offer', { ...call, ...PROFILES.offerToBrowser, sdp: phone.describe() });
    const sdp = await leg.answer(bundled(toBrowser));
    phone.connect(await ng.sdp('answer', { ...call, ...PROFILES.toPlain, 'to-tag': 'b', sdp }));
  }

  async function hears(leg: BrowserLeg, frequencyHz: number): Promise<void> {
    await until(`${frequencyHz} Hz in the browser`, async () => {
      const { rate, samples } = await leg.heard();
      return levelDb(samples) > -40 && Math.abs(dominantFrequencyHz(samples, rate) - frequencyHz) < 1;
    });
  }

  async function phoneHears(frequencyHz: number): Promise<void> {
    await until(`${frequencyHz} Hz at the phone`, () => {
      const samples = phone.samples(500);
      return samples.length >= 4000 && Math.abs(dominantFrequencyHz(samples, 8000) - frequencyHz) < 1;
    });
  }

  it('a browser calls a phone: both hear each other', async () => {
    const leg = await open({ toneHz: 620, codecs: G711 });
    const offered = await browserCalls(leg);
    expect(remoteAudio(offered)).toMatchObject({
      transport: 'RTP/AVP',
      codec: { name: 'PCMU', payloadType: 0 },
    });
    expect(offered).not.toMatch(/a=(ice|candidate|fingerprint|rtcp-mux|setup)/);
    phone.play(440);
    await hears(leg, 440);
    await phoneHears(620);
  });

  it('a phone calls a browser: both hear each other', async () => {
    const leg = await open({ toneHz: 620 });
    await phoneCalls(leg);
    phone.play(440);
    await hears(leg, 440);
    await phoneHears(620);
  });

  describe('when each command is sent again under another cookie, since its reply is late', () => {
    const twice = async (command: 'offer' | 'answer', options: object): Promise<string> => {
      const [, second] = await Promise.all([
        ng.sdp(command, { ...call, ...options }),
        ng.sdp(command, { ...call, ...options }),
      ]);
      return second;
    };

    it('a browser that calls hears and is heard', async () => {
      const leg = await open({ toneHz: 620, codecs: G711 });
      phone.connect(await twice('offer', { ...PROFILES.browserOffersPlain, sdp: await leg.offer() }));
      const answer = { ...PROFILES.answerToBrowser, 'to-tag': 'b', sdp: phone.describe() };
      await leg.accept(bundled(await twice('answer', answer)));
      phone.play(440);
      await hears(leg, 440);
      await phoneHears(620);
    });

    it('a browser that is called hears and is heard', async () => {
      const leg = await open({ toneHz: 620 });
      const toBrowser = await twice('offer', { ...PROFILES.offerToBrowser, sdp: phone.describe() });
      const sdp = await leg.answer(bundled(toBrowser));
      phone.connect(await twice('answer', { ...PROFILES.toPlain, 'to-tag': 'b', sdp }));
      phone.play(440);
      await hears(leg, 440);
      await phoneHears(620);
    });
  });

  it('the fake microphone beeps in the phone', async () => {
    const leg = await open({ codecs: G711 });
    await browserCalls(leg);
    phone.sendFrame();
    const beep = await until('a beep', () => {
      const samples = phone.samples(100);
      return levelDb(samples) > -30 ? samples : undefined;
    });
    expect(beep.length).toBe(800);
    expect(phone.heard.every((packet) => packet.payloadType === 0)).toBe(true);
  });

  describe('what is played to a browser is heard there', () => {
    let folder: string;
    let file: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'ringback-browser-'));
      file = join(folder, 'tone.wav');
      const data = bytesOfSamples(tone({ frequencyHz: 700, durationMs: 5000, sampleRate: 16_000 }));
      await writeFile(file, writeWav({ format: 'pcm16', sampleRate: 16_000, channels: 1, data }));
    });
    afterAll(() => rm(folder, { recursive: true }));

    it('in G.711', async () => {
      const leg = await open({ codecs: G711 });
      await browserCalls(leg);
      phone.sendFrame();
      await ng.send('playMedia', { ...call, file, 'repeat-times': 10 });
      await hears(leg, 700);
    });

    // What 10.5 plays is a second SSRC beside the peer's who speaks, and is not heard in Chromium.
    it.runIf(engine.name === 'embedded')('in Opus (not from 10.5)', async () => {
      const [alice, bob] = await Promise.all([open({ codecs: ['opus'] }), open({ codecs: ['opus'] })]);
      const toBob = await ng.sdp('offer', { ...call, ...PROFILES.offerToBrowser, sdp: await alice.offer() });
      const sdp = await bob.answer(bundled(toBob));
      const options = { ...call, ...PROFILES.answerToBrowser, 'to-tag': 'b', sdp };
      await alice.accept(bundled(await ng.sdp('answer', options)));
      await ng.send('playMedia', { ...call, file, 'repeat-times': 10 });
      await hears(alice, 700);
    });
  });

  it('two browsers hear each other', async () => {
    const [alice, bob] = await Promise.all([open({ toneHz: 440 }), open({ toneHz: 1000 })]);
    const toBob = await ng.sdp('offer', { ...call, ...PROFILES.offerToBrowser, sdp: await alice.offer() });
    const sdp = await bob.answer(bundled(toBob));
    const options = { ...call, ...PROFILES.answerToBrowser, 'to-tag': 'b', sdp };
    await alice.accept(bundled(await ng.sdp('answer', options)));
    await hears(bob, 440);
    await hears(alice, 1000);
  });

  it('keys pressed in the browser reach the phone under the offered number', async () => {
    const leg = await open({ toneHz: 620, codecs: G711 });
    const offered = await browserCalls(leg);
    const number = remoteAudio(offered).dtmfPayloadType;
    expect(number).toBe(126);
    phone.play(440);
    await phoneHears(620);
    await leg.run('press', '42#');
    const receiver = new DigitReceiver();
    let digits = '';
    let seen = 0;
    await until('three keys', () => {
      for (const packet of phone.heard.slice(seen)) {
        if (packet.payloadType === number) digits += receiver.receive(packet) ?? '';
      }
      seen = phone.heard.length;
      return digits.length >= 3;
    });
    expect(digits).toBe('42#');
  });

  it('the browser holds and resumes', async () => {
    const leg = await open({ toneHz: 620, codecs: G711 });
    await browserCalls(leg);
    phone.play(440);
    await hears(leg, 440);
    const again = { ...call, 'to-tag': 'b' };
    const toPlain = { ...again, ...PROFILES.browserOffersPlain };
    const toBrowser = { ...again, ...PROFILES.answerToBrowser };
    const dtmf = 126;
    await leg.run('direction', 'sendonly');
    const held = await ng.sdp('offer', { ...toPlain, sdp: await leg.offer() });
    expect(remoteAudio(held)).toMatchObject({ direction: 'sendonly', port: phone.target.port });
    const recvonly = phone.describe({ dtmf, direction: 'recvonly' });
    await leg.accept(bundled(await ng.sdp('answer', { ...toBrowser, sdp: recvonly })));
    await leg.run('direction', 'sendrecv');
    const resumed = await ng.sdp('offer', { ...toPlain, sdp: await leg.offer() });
    expect(remoteAudio(resumed)).toMatchObject({ direction: 'sendrecv', port: phone.target.port });
    await leg.accept(bundled(await ng.sdp('answer', { ...toBrowser, sdp: phone.describe({ dtmf }) })));
    phone.play(1000);
    await hears(leg, 1000);
    const count = phone.heard.length;
    await until('sound at the phone', () => phone.heard.length > count + 25);
    await phoneHears(620);
  });

  it('the phone holds and resumes', async () => {
    const leg = await open({ toneHz: 620 });
    await phoneCalls(leg);
    phone.play(440);
    await hears(leg, 440);
    const again = { ...call, 'to-tag': 'b' };
    const exchange = async (direction: 'sendonly' | 'sendrecv') => {
      const offer = { ...again, ...PROFILES.offerToBrowser, sdp: phone.describe({ direction }) };
      const sdp = await leg.answer(bundled(await ng.sdp('offer', offer)));
      return remoteAudio(await ng.sdp('answer', { ...again, ...PROFILES.toPlain, sdp })).direction;
    };
    expect(await exchange('sendonly')).toBe('recvonly');
    expect(await exchange('sendrecv')).toBe('sendrecv');
    phone.play(1000);
    await hears(leg, 1000);
    const count = phone.heard.length;
    await until('sound at the phone', () => phone.heard.length > count + 25);
  });

  it('counts both directions and tells quality', async () => {
    const leg = await open({ toneHz: 620, codecs: G711 });
    await browserCalls(leg);
    phone.play(440);
    await until(
      'quality from both sides',
      async () => {
        const { SSRC } = await ng.send('query', { 'call-id': call['call-id'] });
        return Object.keys(SSRC).length === 2;
      },
      30_000,
    );
    const [remote] = await leg.stats('remote-inbound-rtp');
    expect(remote?.packetsLost).toBe(0);
    const end = await ng.send('delete', call);
    const stream = (tag: string) => end.tags[tag].medias[0].streams[0];
    expect(stream('a').stats.packets).toBeGreaterThan(50);
    expect(stream('b').stats.packets).toBeGreaterThan(50);
    expect(end.tags.a.medias[0].protocol).toBe('UDP/TLS/RTP/SAVPF');
    expect(end.totals.RTP.packets).toBeGreaterThanOrEqual(
      stream('a').stats.packets + stream('b').stats.packets,
    );
    const browserHeard = end.SSRC[stream('a').SSRC];
    expect(browserHeard['average MOS'].MOS).toBeGreaterThan(38);
    expect(browserHeard['average MOS']['round-trip time']).toBeGreaterThan(0);
  });
});
