import { type SupervisedRtpengine, startSupervisedRtpengine } from '@ringback/rtpengine-embedded';
import { createLogger } from '@ringback/runtime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from './media-engine.ts';
import { type NgClient, openNgClient } from './ng-client.ts';
import { PlainPhone } from './plain-phone.ts';
import { connectChain } from './webrtc-chain.ts';

let engines: [SupervisedRtpengine, SupervisedRtpengine];
let ng: [NgClient, NgClient];
let phones: [PlainPhone, PlainPhone];

beforeEach(async () => {
  const start = (min: number) =>
    startSupervisedRtpengine({
      host: '127.0.0.1',
      ngHost: '127.0.0.1',
      ngPort: 0,
      rtpPorts: { min, max: min + 49 },
      logger: createLogger('rtpengine', 'silent'),
    });
  const min = 50_000 + 2 * Math.floor(Math.random() * 4000);
  engines = [await start(min), await start(min + 100)];
  ng = [await openNgClient(engines[0].ngPort), await openNgClient(engines[1].ngPort)];
  phones = [await PlainPhone.open(), await PlainPhone.open()];
});
afterEach(async () => {
  for (const phone of phones) phone.hangUp();
  for (const client of ng) client.close();
  for (const engine of engines) await engine.close();
});

// RFC 7675 5.1: no consent for 30 s ends the sending. A pulled cable looks just like this.
it('a WebRTC peer that vanishes without a word is noticed, and its path is told as failed', async () => {
  await connectChain(ng, phones, 'vanishing');
  phones[0].play(440);
  phones[1].play(1000);
  await until('sound both ways', () => phones.every((phone) => phone.heard.length > 10));
  const failure = async (): Promise<string | undefined> =>
    (await ng[0].send('query', { 'call-id': 'vanishing' })).tags.second.failure;
  expect(await failure()).toBeUndefined();
  process.kill(engines[1].processes[0]!.pid!, 'SIGKILL');
  await until('the path to be given up', failure, 60_000);
});
