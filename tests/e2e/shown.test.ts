import { CHROMIUM } from '@ringback/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { openPhone, startChromium } from './support/browser.ts';
import { firstLoad } from './support/first-load.ts';
import { tabWalk } from './support/keyboard.ts';
import { healthy, type Network, speak, startNetwork } from './support/network.ts';
import { compareMessages, PAGE_STATES, SIZES, walkStates } from './support/states.ts';

const SCRIPT_BUDGET_BYTES = 350_000;

describe.skipIf(!CHROMIUM)('the page as it is shown', () => {
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

  /** A page of its own, closed when the test is over: tests that only look run beside each other. */
  async function open(
    { onTestFinished }: TestContext,
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<Page> {
    const context = await chromium.newContext({ viewport: SIZES.wide, ...options });
    onTestFinished(() => context.close());
    return context.newPage();
  }

  const focused = (page: Page) =>
    page.evaluate(
      () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent,
    );

  it('loads at most 350 kB of compressed script at first', async () => {
    const { scriptBytes, scripts } = await firstLoad(chromium, network.pageUrl);
    expect(scriptBytes, scripts.join('\n')).toBeLessThanOrEqual(SCRIPT_BUDGET_BYTES);
    expect(scriptBytes).toBeGreaterThan(50_000);
  });

  it('is worked by keyboard from ringing to hanging up, and each step is announced', async (test) => {
    const page = await open(test);
    await openPhone(page, network.pageUrl);
    const announced = page.locator('#call-status');
    expect(await announced.getAttribute('aria-live')).toBe('assertive');
    await page.getByLabel('Text to speak').focus();
    await page.keyboard.press('Control+Enter');
    await page
      .getByText(/Ringback.* is calling/)
      .first()
      .waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Answer', exact: true }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => announced.textContent()).toMatch(/^In call with Ringback/);
    await page.getByRole('button', { name: 'Hang up', exact: true }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('region', { name: 'Call in progress' }).waitFor({ state: 'detached' });
    await expect.poll(() => announced.textContent()).not.toMatch(/In call/);
  });

  it.concurrent.for(['/', '/calls', '/phones'])(
    'lets Tab reach everything on %s, and shows where it is',
    async (path, test) => {
      // A colour that is still on its way to that of the focus would be no sign yet.
      const page = await open(test, { reducedMotion: 'reduce' });
      await openPhone(page, `${network.pageUrl}${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      const { unreached, unseen } = await tabWalk(page);
      expect({ unreached, unseen }).toEqual({ unreached: [], unseen: [] });
    },
  );

  it.concurrent('lets Tab reach everything of a call: ladder, message, difference, sound and downloads', async (test) => {
    const page = await open(test, { reducedMotion: 'reduce' });
    const number = await openPhone(page, `${network.pageUrl}/?autoanswer=1`);
    const id = await speak(network, number, 'Hello.');
    await network.call(id, ({ status }) => status === 'completed');
    await page.goto(`${network.pageUrl}/calls/${id}`);
    await page.getByRole('option').filter({ hasText: 'BYE' }).first().waitFor();
    await page.getByRole('button', { name: 'Play', exact: true, disabled: false }).waitFor();
    await compareMessages(page);
    const { unreached, unseen, stops } = await tabWalk(page);
    expect({ unreached, unseen }).toEqual({ unreached: [], unseen: [] });
    for (const stop of [
      'SIP messages',
      'Selected message',
      /WAV/,
      /pcap/,
      /JSON/,
      /Copy link/,
      /Play/,
      /Speech/,
    ])
      expect(stops).toContainEqual(typeof stop === 'string' ? stop : expect.stringMatching(stop));
  });

  it('gives focus back when a menu or the sheet of the phone is closed', async (test) => {
    const page = await open(test, { viewport: SIZES.narrow });
    await openPhone(page, network.pageUrl);
    for (const name of [/^State of the network/, 'Phone']) {
      const button = page.getByRole('button', { name, exact: true });
      await button.focus();
      const before = await focused(page);
      await page.keyboard.press('Enter');
      await expect.poll(() => focused(page)).not.toBe(before);
      await page.keyboard.press('Escape');
      await expect.poll(() => focused(page)).toBe(before);
    }
  });

  it.concurrent.for(['wide', 'narrow'] as const)(
    'moves nothing for one who asked for no motion, %s',
    async (size, test) => {
      const page = await open(test, { viewport: SIZES[size], reducedMotion: 'reduce' });
      const moving: string[] = [];
      await walkStates(
        { page, network, narrow: size === 'narrow' },
        async ({ name }) => {
          const running = await page.evaluate(
            () => document.getAnimations().filter(({ playState }) => playState === 'running').length,
          );
          if (running > 0) moving.push(`${name}: ${running}`);
        },
        PAGE_STATES.filter(({ name }) => MOVING.includes(name)),
      );
      expect(moving).toEqual([]);
    },
  );
});

/** Where something moves for everybody else. */
const MOVING = ['speak-voices', 'network', 'phone', 'ringing', 'in-call', 'ended'];
