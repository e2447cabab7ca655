import { readWav } from '@ringback/audio';
import {
  CHROMIUM,
  type ElevenLabsServer,
  elevenLabsRefusals,
  startElevenLabsServer,
} from '@ringback/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BARESIP, startBaresip } from './support/baresip.ts';
import { openPhone, startChromium } from './support/browser.ts';
import { healthy, type Network, SUBSCRIBERS, startNetwork } from './support/network.ts';

describe.skipIf(!CHROMIUM)('the page that speaks', () => {
  let elevenLabs: ElevenLabsServer;
  let network: Network;
  let chromium: Browser;
  let page: Page;
  const closers: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    elevenLabs = await startElevenLabsServer({ moreVoices: 230 });
    network = await startNetwork({
      ELEVENLABS_API_KEY: elevenLabs.apiKey,
      ELEVENLABS_BASE_URL: elevenLabs.baseUrl,
    });
    chromium = await startChromium();
    await healthy(network);
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  afterAll(async () => {
    await chromium?.close();
    await network?.stop();
    await elevenLabs?.close();
  });

  async function open(): Promise<string> {
    const context = await chromium.newContext();
    page = await context.newPage();
    closers.push(() => context.close());
    return openPhone(page, network.pageUrl);
  }

  async function phone(
    number: keyof typeof SUBSCRIBERS,
    answer: 'auto' | 'manual',
    transport: 'udp' | 'tcp' = 'udp',
  ) {
    const started = await startBaresip({
      number,
      password: SUBSCRIBERS[number],
      registrar: network.sip,
      answer,
      transport,
    });
    closers.push(() => started.stop());
    await started.event('REGISTER_OK');
    return started;
  }

  const preview = () => page.getByRole('button', { name: 'Preview as the phone hears it' });
  const voices = () => page.getByRole('listbox', { name: 'Voices' }).getByRole('option');
  const chooseVoice = async (words: string) => {
    await page.getByRole('button', { name: /^Voice / }).click();
    await page.getByLabel('Search voices').fill(words);
    await voices().first().click();
  };

  it('finds one of hundreds of voices by keyboard, search and filters', async () => {
    await open();
    const button = page.getByRole('button', { name: 'Voice Rachel ElevenLabs' });
    await button.focus();
    await page.keyboard.press('Enter');
    await page.getByText('237 voices').waitFor();
    await page.keyboard.type('voice 22');
    await page.getByText('11 voices').waitFor();
    await page.getByLabel('Gender').selectOption('male');
    await page.getByText('5 voices').waitFor();
    await page.getByLabel('Search voices').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const chosen = page.getByRole('button', { name: 'Voice Voice 223 ElevenLabs' });
    expect(await chosen.evaluate((element) => element === document.activeElement)).toBe(true);

    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByLabel('Provider').selectOption('builtin');
    expect(await voices().count()).toBe(5);
    await page.getByLabel('Label').selectOption('accent=scottish');
    await page.getByLabel('Label').focus();
    await page.getByText('1 voice', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByLabel('Search voices').waitFor({ state: 'hidden' });
    expect(await chosen.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it('previews the very bytes that the phone hears, and says how long they took', async () => {
    await open();
    await page.getByLabel('Text to speak').fill('Your table is ready.');
    await preview().click();
    const facts = page.locator('#preview-facts');
    expect(await facts.textContent()).toMatch(/^4\.2 s · ElevenLabs · new · first sound after \d+/);
    const stop = page.getByRole('button', { name: 'Stop the preview' });
    await stop.click();
    const waveform = page.getByRole('slider', { name: 'Position in the preview' });
    await waveform.press('End');
    expect(await waveform.getAttribute('aria-valuetext')).toBe('4.2 s of 4.2 s');
    const url = await page.evaluate(
      () => [...document.querySelectorAll('audio')].find(({ src }) => src.includes('/api/speech/'))?.src,
    );
    const wav = readWav(new Uint8Array(await (await fetch(url ?? '')).arrayBuffer()));
    expect(wav).toMatchObject({ format: 'mulaw', sampleRate: 8000, channels: 1 });

    await page.getByLabel('Text to speak').fill('Your table is  ready. ');
    await preview().click();
    await page.getByText(/ElevenLabs · cached · first sound after/).waitFor();
  });

  it('counts the characters, warns near the limit and lets nothing too long go', async () => {
    await open();
    const count = page.locator('#text-count');
    await page.getByLabel('Text to speak').fill('x'.repeat(4900));
    expect(await count.textContent()).toBe('4,900 of 5,000 characters: 100 left');
    await page.getByText('The text is near its limit.').waitFor();
    await page.getByLabel('Text to speak').fill('x'.repeat(5001));
    expect(await count.textContent()).toBe('5,001 of 5,000 characters: 1 too many');
    expect(await page.getByRole('button', { name: 'Ring this browser' }).isDisabled()).toBe(true);
    await page.reload();
    expect(await page.getByLabel('Text to speak').inputValue()).toHaveLength(5001);
  });

  it.skipIf(!BARESIP)('shows every call in progress, each of which can be hung up', async () => {
    await open();
    const bob = await phone('1002', 'manual');
    await phone('1003', 'auto');
    await page.getByLabel('Text to speak').fill('Two phones are called at once.');
    for (const name of ['1002 Bob', '1003 Carol']) {
      await page.getByRole('radio', { name: new RegExp(`^${name} baresip, udp`) }).check();
      await page.getByRole('button', { name: `Ring ${name}` }).click();
    }
    await bob.event('CALL_INCOMING');
    const now = page.getByRole('region', { name: 'Now' });
    const toBob = now.getByRole('article', { name: /→ 1002 Bob/ });
    const toCarol = now.getByRole('article', { name: /→ 1003 Carol/ });
    await toBob.getByText('ringing', { exact: true }).waitFor();
    await toCarol.getByText('in call', { exact: true }).waitFor();
    await toCarol.getByText(/ElevenLabs .*first sound after \d+/).waitFor();
    await toCarol.getByRole('img', { name: /set up .*, talked / }).waitFor();

    await toBob.getByRole('button', { name: /^End the call/ }).click();
    await bob.event('CALL_CLOSED');
    await toBob.getByText('canceled', { exact: true }).waitFor();
    await toCarol.getByRole('button', { name: /^End the call/ }).click();
    await toCarol.getByText('completed', { exact: true }).waitFor();
    await toCarol.getByRole('link', { name: /^Ladder of the call/ }).click();
    await page.getByText('INVITE').first().waitFor();
    const id = page.url().split('/').at(-1) ?? '';
    expect(await network.call(id, ({ status }) => status === 'completed')).toMatchObject({
      to: { number: '1003' },
      speechProvider: 'elevenlabs',
      firstAudioMs: expect.any(Number),
    });
  });

  it.skipIf(!BARESIP)('lists a phone as soon as it registers, and says when it has gone', async () => {
    await open();
    const alice = await phone('1001', 'manual', 'tcp');
    await page.getByRole('radio', { name: /^1001 Alice baresip, tcp/ }).check();
    await alice.stop();
    await page.getByText(/1001 has just left/).waitFor();
    expect(await page.getByRole('button', { name: 'Ring 1001' }).isDisabled()).toBe(true);
  });

  it('tells what is wrong in a sentence with a remedy: no phone, no credit, a bad key', async () => {
    await open();
    await page.getByRole('radio', { name: /^Another number/ }).check();
    await page.getByLabel('Number to ring').fill('1001');
    await page.getByRole('button', { name: 'Ring 1001' }).click();
    await page.getByRole('alert').getByText('Alice has no phone registered.').waitFor();
    await page
      .getByRole('alert')
      .getByText(/start the phone, then try again/)
      .waitFor();

    for (const [fault, sentence, remedy] of [
      [elevenLabsRefusals.quota, /has no characters left.* 12 credits/, /a built-in voice can speak/],
      [
        elevenLabsRefusals.invalidKey,
        /does not accept the API key/,
        /Put a valid key into ELEVENLABS_API_KEY/,
      ],
    ] as const) {
      elevenLabs.fail(fault);
      await page.getByLabel('Text to speak').fill(`Said with ${fault.httpStatus} ${remedy.source}.`);
      await preview().click();
      await page.getByRole('alert').getByText(sentence).waitFor();
      await page.getByRole('alert').getByText(remedy).waitFor();
    }
    await chooseVoice('built-in slt');
    await preview().click();
    await page.getByText(/built-in · new · first sound after/).waitFor();
  });

  it('offers the built-in voices when ElevenLabs cannot be reached, and says so', async () => {
    await elevenLabs.close();
    await open();
    await page
      .getByRole('alert')
      .getByText(/ElevenLabs cannot be reached/)
      .waitFor();
    await page.getByRole('button', { name: 'Voice Built-in slt built-in' }).click();
    await voices().first().waitFor();
    expect(await voices().count()).toBe(5);
  });
});
