import { CHROMIUM } from '@ringback/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPhone, startChromium } from './support/browser.ts';
import { countHeap, countIntervals } from './support/heap.ts';
import { healthy, type Network, speak, startNetwork } from './support/network.ts';

/** So many that every list of the page is as long as it gets, and every library is loaded. */
const WARM_UP = 12;
const CALLS = 50;
const NOTHING = {
  RTCPeerConnection: 0,
  RTCRtpSender: 0,
  MediaStream: 0,
  MediaStreamTrack: 0,
  AudioBufferSourceNode: 0,
  AnalyserNode: 0,
  MediaStreamAudioSourceNode: 0,
};
/** So long an answered INVITE is remembered, its call with it, in case the answer is repeated (RFC 6026 7.2). */
const TIMER_M_MS = 34_000;

describe.skipIf(!CHROMIUM)('fifty calls', () => {
  let network: Network;
  let chromium: Browser;

  beforeAll(async () => {
    network = await startNetwork();
    chromium = await startChromium();
    await healthy(network);
  });
  afterAll(async () => {
    await chromium?.close();
    await network?.stop();
  });

  it('leave no connection, sound, timer, listener or element behind', { timeout: 280_000 }, async () => {
    const page = await chromium.newPage();
    await page.clock.install();
    await countIntervals(page);
    const number = await openPhone(page, `${network.pageUrl}/phones`);
    for (let i = 0; i < WARM_UP; i += 1) await oneCall(page, number, i);
    await page.clock.fastForward(TIMER_M_MS);
    await expect.poll(() => countHeap(page), { interval: 1000 }).toMatchObject(NOTHING);
    const before = await countHeap(page);
    for (let i = 0; i < CALLS; i += 1) await oneCall(page, number, i);
    await page.clock.fastForward(TIMER_M_MS);
    await expect.poll(() => countHeap(page), { interval: 1000 }).toEqual(before);
  });

  /** One that is made and hung up here, or comes and is rejected, or comes and is answered. */
  async function oneCall(page: Page, number: string, turn: number): Promise<void> {
    if (turn % 3 === 0) {
      await page.getByLabel('Number to dial').fill('9196');
      await page.getByRole('button', { name: 'Call', exact: true }).click();
      await page.getByRole('region', { name: 'Call in progress' }).waitFor();
      await page.getByRole('button', { name: 'Hang up' }).first().click();
    } else {
      const id = await speak(network, number, 'One more call.');
      await page.getByRole('button', { name: turn % 3 === 1 ? 'Reject' : 'Answer', exact: true }).click();
      if (turn % 3 === 2) await page.getByRole('button', { name: 'Hang up' }).first().click();
      await network.call(id, ({ endedAt }) => endedAt !== null);
    }
    await page.getByLabel('Number to dial').waitFor();
    await page.getByRole('button', { name: 'Hang up' }).waitFor({ state: 'detached' });
  }
});
