import { readFile } from 'node:fs/promises';
import type { CallPage, CallRecord } from '@ringback/contracts';
import { CHROMIUM } from '@ringback/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BARESIP, startBaresip } from './support/baresip.ts';
import { startChromium } from './support/browser.ts';
import { healthy, type Network, SUBSCRIBERS, startNetwork } from './support/network.ts';

describe.skipIf(!CHROMIUM || !BARESIP)('records', () => {
  let network: Network;
  let chromium: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    network = await startNetwork({ RINGBACK_KEEP_CALLS: '7' });
    await healthy(network);
    chromium = await startChromium();
    context = await chromium.newContext({ acceptDownloads: true });
    page = await context.newPage();
    await dial('486', '9197', '404', '603');
  });
  afterEach(async () => {
    await page.mouse.move(0, 0);
  });
  afterAll(async () => {
    await chromium?.close();
    await network?.stop();
  });

  /** Bob dials these, one after the other, and hangs up where he is answered. */
  async function dial(...numbers: string[]): Promise<void> {
    const bob = await startBaresip({ number: '1002', password: SUBSCRIBERS['1002'], registrar: network.sip });
    try {
      await bob.event('REGISTER_OK');
      for (const number of numbers) {
        bob.command('dial', `sip:${number}@${network.sip.host}:${network.sip.port}`);
        if (number === '9197') {
          await bob.event('CALL_ESTABLISHED');
          bob.command('hangup');
        }
        await bob.event('CALL_CLOSED');
      }
    } finally {
      await bob.stop();
    }
    const all = await network.api<CallPage>('/api/calls');
    for (const { id } of all.body.calls) await network.call(id, ({ end }) => end !== null);
  }

  const table = () => page.getByRole('table', { name: 'Calls' });
  const rows = () => table().locator('tbody tr');
  const search = () => page.getByLabel('Search calls');
  const open = (query = '') => page.goto(`${network.pageUrl}/calls${query}`);
  const waitForRows = (count: number) => expect.poll(() => rows().count()).toBe(count);

  it('are found by what is in them and in their legs, and the address keeps what was looked for', async () => {
    await open();
    await waitForRows(4);
    const { body } = await network.api<{ calls: CallRecord[] }>('/api/calls?callee=486');
    const [leg] = body.calls[0]?.legs ?? [];
    for (const words of ['baresip 486', leg?.sipCallId ?? '', '486']) {
      await search().fill(words);
      await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe(words);
      await waitForRows(1);
      expect(await rows().first().innerText()).toContain('486');
    }
    await page.reload();
    await waitForRows(1);
    await search().fill('nobody has said this');
    await page.getByText('No call matches').waitFor();
    await page.getByRole('link', { name: 'Show all calls' }).click();
    await waitForRows(4);
    expect(await search().inputValue()).toBe('');
  });

  it('are narrowed by chips, which are the address, and kept under a name', async () => {
    await open();
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    const form = page.getByRole('form', { name: 'Filter calls' });
    await form.getByLabel('SIP status').fill('4xx');
    await form.getByLabel('When', { exact: true }).selectOption('24h');
    await form.getByRole('button', { name: 'Show these calls' }).click();
    await waitForRows(2);
    expect(new URL(page.url()).search).toBe('?when=24h&sipStatus=4xx');
    const totals = page.getByLabel('Totals');
    await expect.poll(() => totals.innerText()).toMatch(/Calls\s*2\s*Answered\s*0 %/);

    await page.getByRole('button', { name: 'Saved' }).click();
    await page.getByLabel('Name of this filter').fill('Refused');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Remove the filter SIP 4xx' }).click();
    await waitForRows(4);
    await expect.poll(() => totals.innerText()).toMatch(/Calls\s*4\s*Answered\s*25 %/);
    await open();
    await page.getByRole('button', { name: 'Saved' }).click();
    await page.getByRole('link', { name: 'Refused' }).click();
    await waitForRows(2);
  });

  it('say what is wrong with an address that somebody has written', async () => {
    await open('?mosBelow=good');
    await page.getByText('Give a MOS from 1 to 5, such as 3.6.').waitFor();
  });

  it('are downloaded as a whole, as CSV and as JSON', async () => {
    await open('?status=completed,busy&callee=9197');
    await waitForRows(1);
    const files = [];
    for (const format of ['CSV', 'JSON']) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: format }).click(),
      ]);
      expect(download.suggestedFilename()).toBe(`ringback-calls.${format.toLowerCase()}`);
      files.push(await readFile(await download.path(), 'utf8'));
    }
    const [csv = '', json = ''] = files;
    expect(csv.trim().split('\r\n')).toHaveLength(2);
    expect((JSON.parse(json) as CallRecord[]).map(({ to }) => to.number)).toEqual(['9197']);
  });

  it('have the columns that were chosen, also the next time', async () => {
    await open();
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'Phones' }).check();
    await page.getByRole('checkbox', { name: 'SIP', exact: true }).check();
    await page.keyboard.press('Escape');
    await page.reload();
    await waitForRows(4);
    expect(await table().getByRole('columnheader').allInnerTexts()).toContain('Phones');
    expect(await rows().first().innerText()).toMatch(/603[\s\S]*baresip/);
  });

  it('are walked through and opened by keyboard', async () => {
    await open();
    await waitForRows(4);
    await page.keyboard.press('/');
    await expect.poll(() => search().evaluate((field) => field === document.activeElement)).toBe(true);
    for (const key of ['ArrowDown', 'ArrowDown', 'j', 'k']) await page.keyboard.press(key);
    const { body } = await network.api<CallPage>('/api/calls');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/calls/${body.calls[1]?.id}`);
  });

  it('keep their place while the pointer is on them, and tell how many are new', async () => {
    await open();
    await waitForRows(4);
    await rows().nth(1).hover();
    const before = await rows().allInnerTexts();
    await dial('486', '404');
    const chip = page.getByRole('button', { name: '2 new calls' });
    await chip.waitFor();
    expect((await rows().allInnerTexts()).map(callee)).toEqual(before.map(callee));
    await chip.click();
    await waitForRows(6);
    expect(callee((await rows().first().innerText()) ?? '')).toBe('404');
  });

  it('are cards on a narrow page, and the page says how long they are kept', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await open();
    await waitForRows(6);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(await table().getByRole('columnheader').first().isVisible()).toBe(false);
    await page.getByText('Records are kept for 7 days').waitFor();
  });
});

function callee(row: string): string | undefined {
  return /\b(486|404|603|9197)\b/.exec(row)?.[1];
}
