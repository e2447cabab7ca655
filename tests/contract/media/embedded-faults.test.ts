import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { dominantFrequencyHz, levelDb } from '@ringback/audio';
import { type SupervisedRtpengine, startSupervisedRtpengine } from '@ringback/rtpengine-embedded';
import { createLogger } from '@ringback/runtime';
import { remoteAudio } from '@ringback/sdp';
import { CHROMIUM } from '@ringback/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BrowserLeg, type Chromium, startChromium } from './chromium.ts';
import { afterMs, until } from './media-engine.ts';
import { type NgClient, openNgClient, PROFILES } from './ng-client.ts';
import { PlainPhone } from './plain-phone.ts';

/** Room for four WebRTC calls with phones: a port that leaks is missed at once. */
const min = 28_000 + 2 * Math.floor(Math.random() * 900);
const rtpPorts = { min, max: min + 11 };
let calls = 0;

describe.skipIf(!CHROMIUM)('browsers and the embedded engine, when something goes wrong', () => {
  let engine: SupervisedRtpengine;
  let crashes: number;
  let ng: NgClient;
  let chromium: Chromium;
  let phone: PlainPhone;
  let leg: BrowserLeg;
  let call: { 'call-id': string; 'from-tag': string };

  beforeAll(async () => {
    crashes = 0;
    const logger = createLogger('rtpengine', 'error');
    const address = { host: '127.0.0.1', ngHost: '127.0.0.1', ngPort: 0 };
    [engine, chromium] = await Promise.all([
      startSupervisedRtpengine({ ...address, rtpPorts, logger, onCrash: () => crashes++ }),
      startChromium(),
    ]);
    ng = await openNgClient(engine.ngPort);
  });
  afterAll(async () => {
    ng?.close();
    await chromium?.close();
    await engine?.close();
    expect(crashes).toBe(0);
  });
  beforeEach(async () => {
    call = { 'call-id': `fault-${++calls}`, 'from-tag': 'a' };
    phone = await PlainPhone.open();
    leg = await chromium.leg({ toneHz: 620, codecs: ['PCMU', 'telephone-event'] });
  });
  afterEach(async () => {
    phone.hangUp();
    await ng.send('delete', { 'call-id': call['call-id'] });
  });

  /** The browser (re-)offers; gives the description that the browser got. */
  async function exchange(toTag?: string): Promise<string> {
    const offer = { ...call, ...PROFILES.browserOffersPlain, sdp: await leg.offer() };
    const toPhone = await ng.sdp('offer', toTag ? { ...offer, 'to-tag': toTag } : offer);
    phone.connect(toPhone);
    const sdp = phone.describe({ dtmf: remoteAudio(toPhone).dtmfPayloadType });
    const toBrowser = await ng.sdp('answer', { ...call, ...PROFILES.answerToBrowser, 'to-tag': 'b', sdp });
    await leg.accept(toBrowser);
    return toBrowser;
  }

  async function bothHear(browserHz: number): Promise<void> {
    await until(`${browserHz} Hz in the browser`, async () => {
      const { rate, samples } = await leg.heard();
      return levelDb(samples) > -40 && Math.abs(dominantFrequencyHz(samples, rate) - browserHz) < 1;
    });
    const count = phone.heard.length;
    await until('more sound at the phone', () => phone.heard.length > count + 25);
    expect(dominantFrequencyHz(phone.samples(400), 8000)).toBeCloseTo(620, 0);
  }

  it('ICE restarts in the middle of a call', async () => {
    const before = await exchange();
    phone.play(440);
    await bothHear(440);
    await leg.run('restart');
    const after = await exchange('b');
    const ufrag = (sdp: string) => /a=ice-ufrag:(\S+)/.exec(sdp)?.[1];
    expect(ufrag(after)).not.toBe(ufrag(before));
    phone.play(1000);
    await bothHear(1000);
    await leg.close();
  });

  it('strangers knock at the port of a browser', async () => {
    const { port } = remoteAudio(await exchange());
    phone.play(440);
    await bothHear(440);
    const stranger = createSocket('udp4');
    const hello = Buffer.from(
      '16fefd0000000000000000002c0100002000000000000000 20fefd'.replace(' ', ''),
      'hex',
    );
    const rtp = Buffer.alloc(172, 0x80);
    for (let i = 0; i < 2000; i++) {
      for (const bytes of [hello, rtp, Buffer.alloc(20, 1), Buffer.alloc(1)])
        stranger.send(bytes, port, '127.0.0.1');
      if (i % 50 === 0) await afterMs(5);
    }
    let heard = 0;
    stranger.on('message', () => heard++);
    phone.play(1000);
    await bothHear(1000);
    expect(heard).toBe(0);
    stranger.close();
    await leg.close();
  });

  it('the page goes away without a word', async () => {
    await exchange();
    phone.play(440);
    await bothHear(440);
    await leg.close();
    await until('the reason in what is told of the call', async () => {
      const { tags } = await ng.send('query', { 'call-id': call['call-id'] });
      return /closed by the other side|failed/.test(tags.a.failure ?? '');
    });
    const heard = await until('the phone to hear nothing more', async () => {
      const before = phone.heard.length;
      await afterMs(300);
      return phone.heard.length === before ? before : 0;
    });
    const end = await ng.send('delete', call);
    expect(end.tags.a.medias[0].streams[0].stats.packets).toBeGreaterThanOrEqual(heard);
  });

  it('twenty calls, one after the other, leave no port behind', async () => {
    for (let i = 0; i < 20; i++) {
      await exchange();
      await ng.send('delete', call);
      await leg.close();
      leg = await chromium.leg({ toneHz: 620, codecs: ['PCMU'] });
    }
    await exchange();
    phone.play(440);
    await bothHear(440);
    await leg.close();
    await ng.send('delete', call);
    for (let port = rtpPorts.min; port <= rtpPorts.max; port++) {
      await until(`port ${port} to be free`, () => isFree(port));
    }
  });
});

async function isFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  const listening = once(socket, 'listening').then(
    () => true,
    () => false,
  );
  socket.bind(port, '127.0.0.1');
  const free = await listening;
  socket.close();
  return free;
}
