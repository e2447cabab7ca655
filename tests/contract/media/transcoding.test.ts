import {
  correlate,
  DtmfDetector,
  decodeMulaw,
  dominantFrequencyHz,
  dtmfTone,
  levelDb,
  tone,
} from '@ringback/audio';
import { DigitReceiver, eventOfDigit, telephoneEventFrames } from '@ringback/rtp';
import { remoteAudio } from '@ringback/sdp';
import { CHROMIUM } from '@ringback/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BrowserLeg, type Chromium, type LegOptions, startChromium } from './chromium.ts';
import { ENGINES, type RunningEngine, until } from './media-engine.ts';
import { type NgClient, openNgClient, PROFILES } from './ng-client.ts';
import { PlainPhone } from './plain-phone.ts';
import { at8kHz, SPEECH, SPEECH_WAV } from './speech.ts';

const OPUS_ONLY = ['opus', 'telephone-event'];
const PCMU_ONLY = ['PCMU', 'telephone-event'];
/** The browser's tone, a sine of gain 0.3, in dBov. */
const BROWSER_TONE_DB = 20 * Math.log10(0.3 / Math.SQRT2);
const PHONE_TONE_DB = levelDb(tone({ frequencyHz: 440, durationMs: 1000 }));

let calls = 0;

/** rtpengine 10.5 leaves `a=group:BUNDLE` out of its answers, which Chromium wants back. */
function bundled(sdp: string): string {
  if (sdp.includes('a=group:BUNDLE')) return sdp;
  const mid = /^a=mid:(\S+)/m.exec(sdp)?.[1] ?? '0';
  return sdp.replace(/^m=/m, `a=group:BUNDLE ${mid}\r\nm=`);
}

describe.skipIf(!CHROMIUM).each(ENGINES)('Chromium and a PCMU phone through $name', (engine) => {
  let server: RunningEngine;
  let ng: NgClient;
  let chromium: Chromium;
  let phone: PlainPhone;
  let leg: BrowserLeg | undefined;
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
    call = { 'call-id': `transcoding-${++calls}`, 'from-tag': 'a' };
    phone = await PlainPhone.open();
  });
  afterEach(async () => {
    phone.hangUp();
    await leg?.close();
    await ng.send('delete', { 'call-id': call['call-id'] });
  });

  async function browserCalls(options: LegOptions): Promise<BrowserLeg> {
    leg = await chromium.leg(options);
    const toPhone = await ng.sdp('offer', {
      ...call,
      ...PROFILES.browserOffersPlain,
      sdp: await leg.offer(),
    });
    phone.connect(toPhone);
    const { codec: first, dtmfPayloadType } = remoteAudio(toPhone);
    expect(first).toMatchObject({ name: 'PCMU', payloadType: 0 });
    const sdp = phone.describe({ dtmf: dtmfPayloadType });
    const toBrowser = await ng.sdp('answer', { ...call, ...PROFILES.answerToBrowser, 'to-tag': 'b', sdp });
    await leg.accept(bundled(toBrowser));
    return leg;
  }

  async function phoneCalls(options: LegOptions, more: object = {}): Promise<BrowserLeg> {
    leg = await chromium.leg(options);
    const toBrowser = await ng.sdp('offer', {
      ...call,
      ...PROFILES.offerToBrowser,
      ...more,
      sdp: phone.describe(),
    });
    const sdp = await leg.answer(bundled(toBrowser));
    phone.connect(await ng.sdp('answer', { ...call, ...PROFILES.toPlain, 'to-tag': 'b', sdp }));
    return leg;
  }

  /** The codec that the browser sends, or hears. */
  async function codecOf(browser: BrowserLeg, way: 'outbound-rtp' | 'inbound-rtp'): Promise<string> {
    const [[stream], codecs] = await Promise.all([browser.stats(way), browser.stats('codec')]);
    return String(codecs.find(({ id }) => id === stream?.codecId)?.mimeType);
  }

  /** Both tones, within 1 Hz and 1 dB. */
  async function bothHearTheTone(browser: BrowserLeg): Promise<void> {
    phone.play(440);
    await until('440 Hz in the browser', async () => {
      const { rate, samples } = await browser.heard();
      return isTone(samples, rate, 440, PHONE_TONE_DB - (await lostDb(browser)));
    });
    await until('620 Hz at the phone', () => isTone(phone.samples(600), 8000, 620, BROWSER_TONE_DB));
  }

  /** rtpengine 10.5 spreads a phone's sound over the two channels of Opus, each of which has half of it. */
  async function lostDb(browser: BrowserLeg): Promise<number> {
    const hearsOpus = (await codecOf(browser, 'inbound-rtp')) === 'audio/opus';
    return hearsOpus && engine.name === 'debian' ? 3 : 0;
  }

  function isTone(samples: Int16Array, rate: number, frequencyHz: number, db: number): boolean {
    const isRight = samples.length > 0 && Math.abs(dominantFrequencyHz(samples, rate) - frequencyHz) < 1;
    return isRight && Math.abs(levelDb(samples) - db) < 1;
  }

  /** How alike speech is after both ways: the best of what the phone heard, and of what the browser heard. */
  async function bothHearSpeech(browser: BrowserLeg, least: number): Promise<void> {
    phone.speak(SPEECH);
    await until(`speech in the browser, ${least} alike`, async () => {
      const { rate, samples } = await browser.heard();
      const heard = at8kHz(samples, rate);
      return levelDb(heard) > -35 && correlate(heard, SPEECH).score >= least;
    });
    await until(`speech at the phone, ${least} alike`, () => {
      const heard = phone.samples(2000);
      return levelDb(heard) > -35 && correlate(heard, SPEECH).score >= least;
    });
  }

  it('the browser knows Opus alone and calls: both hear the other as loud and as high', async () => {
    const browser = await browserCalls({ toneHz: 620, codecs: OPUS_ONLY });
    await bothHearTheTone(browser);
    expect(await codecOf(browser, 'outbound-rtp')).toBe('audio/opus');
    expect(phone.heard.every(({ payloadType, payload }) => payloadType === 0 && payload.length === 160)).toBe(
      true,
    );
  });

  it('the browser knows Opus alone and is called, and shown nothing else', async () => {
    const codec = { mask: ['PCMU'], transcode: ['opus'] };
    const browser = await phoneCalls({ toneHz: 620, codecs: OPUS_ONLY }, { codec });
    await bothHearTheTone(browser);
    expect(await codecOf(browser, 'outbound-rtp')).toBe('audio/opus');
  });

  it('the browser knows Opus alone and is called, and shown PCMU as well: it hears Opus, whatever it sends', async () => {
    const browser = await phoneCalls({ toneHz: 620, codecs: OPUS_ONLY });
    await bothHearTheTone(browser);
    expect(await codecOf(browser, 'inbound-rtp')).toBe('audio/opus');
  });

  it('the browser knows PCMU alone and calls', async () => {
    const browser = await browserCalls({ toneHz: 620, codecs: PCMU_ONLY });
    await bothHearTheTone(browser);
  });

  it('speech is what it was, by PCMU', async () => {
    const browser = await browserCalls({ speech: SPEECH_WAV, codecs: PCMU_ONLY });
    await bothHearSpeech(browser, 0.95);
  });

  it('speech is what it was, by Opus', async () => {
    const browser = await browserCalls({ speech: SPEECH_WAV, codecs: OPUS_ONLY });
    await bothHearSpeech(browser, 0.9);
  });

  it('keys pressed in an Opus browser reach the phone on its own clock', async () => {
    const browser = await browserCalls({ toneHz: 620, codecs: OPUS_ONLY });
    phone.play(440);
    await until('sound at the phone', () => phone.heard.length > 20);
    await browser.run('press', '42#');
    const receiver = new DigitReceiver();
    let digits = '';
    let seen = 0;
    await until('three keys', () => {
      for (const packet of phone.heard.slice(seen)) {
        if (packet.payloadType !== 0) digits += receiver.receive(packet) ?? '';
      }
      seen = phone.heard.length;
      return digits.length >= 3;
    });
    expect(digits).toBe('42#');
    const keys = phone.heard.filter(({ payloadType }) => payloadType !== 0);
    const durations = keys.map(({ payload }) => (payload[2]! << 8) | payload[3]!);
    // 100 ms on the clock of 8 kHz.
    expect(Math.max(...durations)).toBeGreaterThanOrEqual(640);
    expect(Math.max(...durations)).toBeLessThanOrEqual(1280);
  });

  it('a phone may lose one packet in ten: what the Opus browser hears has no holes', async () => {
    const browser = await browserCalls({ toneHz: 620, codecs: OPUS_ONLY });
    phone.play(440, undefined, 10);
    await until('440 Hz in the browser', async () => {
      const { rate, samples } = await browser.heard();
      const isLoud = levelDb(samples) > PHONE_TONE_DB - (await lostDb(browser)) - 2;
      return isLoud && Math.abs(dominantFrequencyHz(samples, rate) - 440) < 1;
    });
  });
});

describe.each(ENGINES)('keys of two plain phones through $name', (engine) => {
  let server: RunningEngine;
  let ng: NgClient;
  let alice: PlainPhone;
  let bob: PlainPhone;
  let call: { 'call-id': string; 'from-tag': string };
  const EVENT = 96;

  beforeAll(async () => {
    server = await engine.start();
    ng = await openNgClient(server.ngPort);
  });
  afterAll(async () => {
    ng?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    call = { 'call-id': `keys-${++calls}`, 'from-tag': 'a' };
    [alice, bob] = [await PlainPhone.open(), await PlainPhone.open()];
  });
  afterEach(async () => {
    alice.hangUp();
    bob.hangUp();
    await ng.send('delete', { 'call-id': call['call-id'] });
  });

  /** Alice knows no telephone-event; Bob is offered it all the same. */
  async function connect(): Promise<void> {
    const options = { ...call, ...PROFILES.toPlain, codec: { transcode: ['telephone-event'] } };
    const toBob = await ng.sdp('offer', { ...options, sdp: alice.describe({ dtmf: undefined }) });
    expect(remoteAudio(toBob).dtmfPayloadType).toBe(EVENT);
    bob.connect(toBob);
    const sdp = bob.describe({ dtmf: EVENT });
    alice.connect(await ng.sdp('answer', { ...call, ...PROFILES.toPlain, 'to-tag': 'b', sdp }));
  }

  it('heard as tones reach who knows events as events', async () => {
    await connect();
    alice.speak(Int16Array.from([...dtmfTone('7', { durationMs: 120 }), ...new Int16Array(3200)]));
    const receiver = new DigitReceiver();
    let digits = '';
    let seen = 0;
    await until('two keys', () => {
      for (const packet of bob.heard.slice(seen)) {
        if (packet.payloadType === EVENT) digits += receiver.receive(packet) ?? '';
      }
      seen = bob.heard.length;
      return digits.length >= 2;
    });
    expect(digits).toBe('77');
  });

  it('sent as events are heard as tones by who knows none', async () => {
    await connect();
    bob.speak(new Int16Array(160));
    await until('sound', () => alice.heard.length > 5);
    bob.silence();
    const timestamp = bob.timestamp;
    const frames = telephoneEventFrames(eventOfDigit('3')!, { durationSamples: 1280, frameSamples: 160 });
    for (const { payload, marker } of frames) bob.send({ payload, marker, payloadType: EVENT, timestamp });
    await until('a key', () => {
      const samples = Int16Array.from(alice.heard.flatMap(({ payload }) => [...decodeMulaw(payload)]));
      return new DtmfDetector().receive(samples).some(({ kind, digit }) => kind === 'begin' && digit === '3');
    });
    expect(alice.heard.every(({ payloadType }) => payloadType === 0)).toBe(true);
  });
});
