import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dominantFrequencyHz, encodeMulaw, levelDb, tone } from '@ringback/audio';
import type { RegistrationList } from '@ringback/contracts';
import { CHROMIUM, hasSipp } from '@ringback/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BARESIP, BARESIP_TONE_HZ, type Baresip, startBaresip } from './support/baresip.ts';
import { openPhone, recordSound, startChromium } from './support/browser.ts';
import { healthy, type Network, SUBSCRIBERS, speak } from './support/network.ts';
import { arrangements } from './support/networks.ts';
import { freePort } from './support/ports.ts';
import { openRtpEar } from './support/rtp-ear.ts';
import { sipp, succeeded } from './support/sipp.ts';
import { expectSpeechPlayed, expectSpeechReceived, spoken } from './support/speech.ts';

const TEXT = 'Hello, this is Ringback. Your table for two is ready at eight o clock this evening.';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe.each(arrangements.map((way) => [way.name, way] as const))('%s', (_name, { missing, start }) => {
  let network: Network;
  let chromium: Browser;

  beforeAll(async () => {
    if (missing.length > 0) return;
    network = await start();
    await healthy(network);
    if (CHROMIUM) chromium = await startChromium();
  });
  afterAll(async () => {
    await chromium?.close();
    await network?.stop();
  });

  async function openPage(): Promise<{ page: Page; number: string; context: BrowserContext }> {
    const context = await chromium.newContext({ bypassCSP: true });
    closers.push(() => context.close());
    const page = await context.newPage();
    return { page, number: await openPhone(page, network.pageUrl), context };
  }

  async function baresip(
    number: keyof typeof SUBSCRIBERS,
    answer: 'auto' | 'manual',
    transport: 'udp' | 'tcp' = 'udp',
  ) {
    const phone: Baresip = await startBaresip({
      number,
      password: SUBSCRIBERS[number],
      registrar: network.sip,
      transport,
      answer,
    });
    closers.push(() => phone.stop());
    await phone.event('REGISTER_OK');
    return phone;
  }

  const withBrowser = it.skipIf(missing.length > 0 || !CHROMIUM);
  const withBaresip = it.skipIf(missing.length > 0 || !BARESIP);
  const withSipp = it.skipIf(missing.length > 0 || !hasSipp);

  withBrowser('the form makes this browser ring, and the words are heard', async () => {
    const { page, number } = await openPage();
    await page.getByLabel('Text to speak').fill(TEXT);
    await page.getByRole('button', { name: 'Ring this browser' }).click();
    const answer = page.getByRole('button', { name: 'Answer' });
    await answer.waitFor();
    await expect.poll(() => page.getByText('Ringback').count()).toBeGreaterThan(0);

    const recording = await recordSound(page);
    await answer.click();
    const { body } = await network.api<{ calls: { id: string }[] }>('/api/calls');
    const call = await network.call(body.calls[0]?.id ?? '', ({ status }) => status === 'completed', 60_000);
    const heard = await recording.stop();

    expectSpeechPlayed(heard, await spoken(network, TEXT));
    expect(call).toMatchObject({
      to: { number },
      text: TEXT,
      end: { by: 'caller', sipStatus: 200, q850Cause: 16 },
    });
    expect(call.durationMs).toBeGreaterThan(3000);
    expect(call.legs.map(({ role, state }) => [role, state])).toEqual([
      ['caller', 'terminated'],
      ['callee', 'terminated'],
    ]);
    for (const state of ['early', 'confirmed', 'terminated'])
      expect(call.events.map(({ type }) => type)).toContain(`leg.${state}`);
    const log = page.getByRole('log', { name: 'Dialog states' });
    for (const state of ['trying', 'early (180)', 'confirmed (200)', 'terminated'])
      await log.getByText(state, { exact: true }).first().waitFor();
    await page.getByRole('link', { name: 'Calls' }).first().click();
    const row = page.getByRole('table', { name: 'Calls' }).getByRole('row').nth(1);
    await row.getByText('completed').waitFor();
    expect(await row.innerText()).toMatch(/Ringback[\s\S]*\d\.\d s[\s\S]*caller/);

    const callee = (await network.messages(call.id)).filter(({ transport }) => transport === 'ws');
    expect(callee.map(({ summary }) => summary.split(' ').slice(0, 2).join(' '))).toEqual(
      expect.arrayContaining(['180 Ringing', '200 OK']),
    );
  });

  withBrowser('the browser dials 9196 and hears its own beep', async () => {
    const { page } = await openPage();
    const recording = await recordSound(page);
    await page.getByLabel('Number to dial').fill('9196');
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    const hangUp = page.getByRole('button', { name: 'Hang up' }).first();
    await page.getByText('In call').first().waitFor();
    await page.waitForTimeout(4000);
    await hangUp.click();
    const heard = await recording.stop();

    // Chromium's fake microphone beeps once a second; between the beeps there is silence.
    const blocks = Array.from({ length: Math.floor(heard.length / 160) }, (_, i) =>
      heard.subarray(i * 160, i * 160 + 160),
    );
    const loud = blocks.filter((block) => levelDb(block) > -35);
    expect(loud.length).toBeGreaterThan(10);
    expect(loud.length).toBeLessThan(blocks.length / 2);
    const levels = blocks.map((block) => levelDb(block));
    const loudest = levels.indexOf(Math.max(...levels));
    const beep = heard.subarray((loudest - 1) * 160, (loudest + 2) * 160);
    expect(dominantFrequencyHz(beep, 8000)).toBeGreaterThan(300);
    expect(dominantFrequencyHz(beep, 8000)).toBeLessThan(600);
  });

  withBaresip('baresip is spoken to, over udp and over tcp', async () => {
    for (const [number, transport] of [
      ['1001', 'udp'],
      ['1002', 'tcp'],
    ] as const) {
      const phone = await baresip(number, 'auto', transport);
      const id = await speak(network, number, TEXT);
      const call = await network.call(id, ({ status }) => status === 'completed', 60_000);
      await phone.event('CALL_CLOSED');
      expectSpeechPlayed(await phone.heard(), await spoken(network, TEXT));
      expect(call.end).toMatchObject({ by: 'caller', sipStatus: 200 });
      const callee = call.legs.find(({ role }) => role === 'callee');
      expect(callee).toMatchObject({ kind: 'phone', transport, number });
    }
  });

  it.skipIf(missing.length > 0 || !CHROMIUM || !BARESIP)(
    'the form makes baresip ring, which is busy',
    async () => {
      const { page } = await openPage();
      const phone = await baresip('1002', 'manual');
      await page.getByRole('radio', { name: /^1002 Bob/ }).check();
      await page.getByRole('button', { name: 'Ring 1002 Bob' }).click();
      await phone.event('CALL_INCOMING');
      phone.command('hangup');
      const { body } = await network.api<{ calls: { id: string }[] }>('/api/calls');
      const call = await network.call(body.calls[0]?.id ?? '', ({ status }) => status === 'busy');
      expect(call).toMatchObject({
        to: { number: '1002' },
        answeredAt: null,
        end: { by: 'callee', sipStatus: 486 },
      });
    },
  );

  withBaresip('baresip calls the browser, and both hear each other', async () => {
    const { page, number } = await openPage();
    const phone = await baresip('1003', 'manual');
    const recording = await recordSound(page);
    phone.command('dial', `sip:${number}@${network.sip.host}:${network.sip.port}`);
    await page.getByText('Carol').first().waitFor();
    await page.getByRole('button', { name: 'Answer' }).click();
    await phone.event('CALL_ESTABLISHED');
    await page.waitForTimeout(4000);
    phone.command('hangup');
    await page.getByRole('button', { name: 'Hang up' }).waitFor({ state: 'detached' });
    const heard = await recording.stop();
    const middle = heard.subarray(heard.length - 24_000, heard.length - 12_000);
    expect(Math.abs(dominantFrequencyHz(middle, 8000) - BARESIP_TONE_HZ)).toBeLessThan(1);
    expect(Math.max(...(await phone.heard()))).toBeGreaterThan(1000);
  });

  withBaresip('the browser calls baresip, which hangs up', async () => {
    const { page } = await openPage();
    const phone = await baresip('1001', 'auto');
    await page.getByLabel('Number to dial').fill('1001');
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await phone.event('CALL_ESTABLISHED');
    await page.getByText('In call').first().waitFor();
    phone.command('hangup');
    await page.getByRole('button', { name: 'Hang up' }).waitFor({ state: 'detached' });
    const { body } = await network.api<{ calls: { id: string }[] }>('/api/calls');
    const call = await network.call(body.calls[0]?.id ?? '', ({ status }) => status === 'completed');
    expect(call.end).toMatchObject({ by: 'callee', sipStatus: 200 });
  });

  withBaresip('baresip hears the tone of 9197', async () => {
    const phone = await baresip('1002', 'manual');
    phone.command('dial', `sip:9197@${network.sip.host}:${network.sip.port}`);
    await phone.event('CALL_ESTABLISHED');
    await new Promise((resolve) => setTimeout(resolve, 2000));
    phone.command('hangup');
    await phone.event('CALL_CLOSED');
    const heard = await phone.heard();
    expect(Math.abs(dominantFrequencyHz(heard.subarray(4000, 12_000), 8000) - 1004)).toBeLessThan(1);
  });

  withBaresip('baresip dials 5000 and is welcomed until the voice hangs up', async () => {
    const phone = await baresip('1002', 'manual');
    phone.command('dial', `sip:5000@${network.sip.host}:${network.sip.port}`);
    await phone.event('CALL_ESTABLISHED');
    await phone.event('CALL_CLOSED', 40_000);
    expect(levelDb(await phone.heard())).toBeGreaterThan(-40);
  });

  withSipp('SIPp registers with digest, is called and is spoken to', async () => {
    const [localPort, registerPort] = await Promise.all([freePort(), freePort()]);
    const credentials = { number: '1003', password: SUBSCRIBERS['1003'] };
    const register = sipp({
      scenario: 'register',
      target: network.sip,
      localPort: registerPort,
      credentials,
      keywords: { contact_port: localPort },
    });
    closers.push(() => register.stop());
    await succeeded(register);
    const { body } = await network.api<RegistrationList>('/api/registrations');
    expect(body.registrations.find(({ number }) => number === '1003')).toMatchObject({
      transport: 'udp',
      userAgent: 'SIPp',
    });

    const ear = await openRtpEar();
    closers.push(() => ear.close());
    const phone = sipp({ scenario: 'answer', target: network.sip, localPort, keywords: { rtp: ear.port } });
    closers.push(() => phone.stop());
    const id = await speak(network, '1003', TEXT);
    const call = await network.call(id, ({ status }) => status === 'completed', 60_000);
    await succeeded(phone);
    expectSpeechReceived(ear.heard(), await spoken(network, TEXT));
    expect(call.end).toMatchObject({ by: 'caller', sipStatus: 200 });
  });

  it.skipIf(missing.length > 0 || !CHROMIUM || !hasSipp)(
    'SIPp calls the browser, which hears it',
    async () => {
      const { page, number } = await openPage();
      const directory = await mkdtemp(join(tmpdir(), 'ringback-sipp-'));
      closers.push(() => rm(directory, { recursive: true }));
      await writeFile(
        join(directory, 'tone.ulaw'),
        encodeMulaw(tone({ frequencyHz: 620, durationMs: 5000 })),
      );
      const recording = await recordSound(page);
      const call = sipp({
        scenario: 'dial-and-talk',
        target: network.sip,
        localPort: await freePort(),
        credentials: { number: '1001', password: SUBSCRIBERS['1001'] },
        keywords: { dialled: number },
        directory,
      });
      closers.push(() => call.stop());
      const ended = succeeded(call);
      await Promise.race([page.getByRole('button', { name: 'Answer' }).click(), ended]);
      await ended;
      const heard = await recording.stop();
      const middle = heard.subarray(heard.length - 24_000, heard.length - 12_000);
      expect(Math.abs(dominantFrequencyHz(middle, 8000) - 620)).toBeLessThan(1);
    },
  );

  withSipp('SIPp gets busy from 486', async () => {
    const call = sipp({
      scenario: 'dial-busy',
      target: network.sip,
      localPort: await freePort(),
      credentials: { number: '1002', password: SUBSCRIBERS['1002'] },
      keywords: { dialled: '486', contact_port: await freePort() },
    });
    closers.push(() => call.stop());
    await succeeded(call);
  });
});
