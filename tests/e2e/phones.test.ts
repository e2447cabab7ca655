import type { Subscriber } from '@ringback/contracts';
import { CHROMIUM } from '@ringback/testing';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BARESIP, type Baresip, startBaresip } from './support/baresip.ts';
import { startChromium } from './support/browser.ts';
import { healthy, type Network, startNetwork } from './support/network.ts';

describe.skipIf(!CHROMIUM || !BARESIP)('phones', () => {
  let network: Network;
  let chromium: Browser;
  let page: Page;
  const phones: Baresip[] = [];

  beforeAll(async () => {
    network = await startNetwork();
    await healthy(network);
    chromium = await startChromium();
    const context = await chromium.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    page = await context.newPage();
    await page.goto(`${network.pageUrl}/phones`);
  });
  afterEach(async () => {
    for (const phone of phones.splice(0)) await phone.stop();
  });
  afterAll(async () => {
    await chromium?.close();
    await network?.stop();
  });

  const row = (number: string) => page.getByRole('article', { name: `Number ${number}`, exact: true });
  const dialog = () => page.getByRole('dialog');
  const setting = async (name: string) =>
    (await dialog().locator('dl > div', { hasText: name }).first().locator('code').innerText()).trim();

  async function baresip(number: string, password: string, registrar = network.sip, transport?: 'tcp') {
    const phone = await startBaresip({
      ...{ number, password, registrar, answer: 'auto' },
      ...(transport ? { transport } : {}),
    });
    phones.push(phone);
    return phone;
  }

  async function choose(number: string, item: string): Promise<void> {
    await row(number)
      .getByRole('button', { name: `More for ${number}` })
      .click();
    await page.getByRole('menuitem', { name: item }).click();
  }

  async function done(within: Locator): Promise<void> {
    await within.getByRole('button', { name: 'Done' }).click();
    await within.waitFor({ state: 'detached' });
  }

  it('are made in two clicks, and call with the password that was shown', async () => {
    await page.getByRole('button', { name: 'New phone' }).click();
    await dialog().getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('dialog', { name: '1004 is ready' }).waitFor();
    const [username, password] = [await setting('Username'), await setting('Password')];
    expect(username).toBe('1004');
    await dialog().getByRole('button', { name: 'Copy: Password' }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(password);
    await dialog().getByText('only a phone on this computer reaches it').waitFor();
    await done(dialog());
    expect(await page.content()).not.toContain(password);

    const phone = await baresip(username, password);
    await phone.event('REGISTER_OK');
    await row('1004').getByText('online').waitFor();
    await row('1004').getByRole('button', { name: /^1004/ }).click();
    const bindings = page.getByRole('list', { name: 'Registered as 1004' });
    expect(await bindings.innerText()).toMatch(
      /udp\s+127\.0\.0\.1:\d+\s+baresip[\s\S]*expires in (1:\d\d|2:00)/,
    );
    phone.command('dial', `sip:9196@${network.sip.host}:${network.sip.port}`);
    await phone.event('CALL_ESTABLISHED');
    phone.command('hangup');
    await phone.event('CALL_CLOSED');
    await bindings.getByRole('button', { name: /^End the registration of baresip/ }).click();
    await row('1004').getByText('offline').waitFor();
  });

  it('set themselves up from the address in the QR code, which answers once', async () => {
    await choose('1004', 'Connect a phone');
    await dialog().getByRole('button', { name: 'Make a new password' }).click();
    await dialog().getByRole('img', { name: 'Set-up of 1004 for Linphone' }).waitFor();
    const url = (await dialog().locator('#provisioning-url').innerText()).trim();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog().getByRole('button', { name: 'Provisioning file' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('linphone-1004.xml');
    await done(dialog());

    const xml = await (await fetch(url)).text();
    expect((await fetch(url)).status).toBe(404);
    const entries = await page.evaluate((text) => {
      const file = new DOMParser().parseFromString(text, 'application/xml');
      return [...file.querySelectorAll('entry')].map((entry) => [
        `${entry.parentElement?.getAttribute('name')}.${entry.getAttribute('name')}`,
        entry.textContent ?? '',
      ]);
    }, xml);
    const value = Object.fromEntries(entries) as Record<string, string>;
    const [, host = '', port = ''] =
      /^<sip:([\d.]+):(\d+);transport=tcp>$/.exec(value['proxy_0.reg_proxy'] ?? '') ?? [];
    expect(value['misc.transient_provisioning']).toBe('1');
    const phone = await baresip(
      value['auth_info_0.username'] ?? '',
      value['auth_info_0.passwd'] ?? '',
      { host, port: Number(port) },
      'tcp',
    );
    await phone.event('REGISTER_OK');
    await row('1004').getByText('online').waitFor();
  });

  it('are kept out by a new password', async () => {
    const first = await network.api<{ password: string }>('/api/subscribers/1004/password', {
      method: 'POST',
    });
    await network.api('/api/subscribers/1004/password', { method: 'POST' });
    const phone = await baresip('1004', first.body.password);
    await phone.event('REGISTER_FAIL');
  });

  it('are renamed, and the page says what the next start undoes', async () => {
    await choose('1001', 'Rename');
    await dialog().getByText('RINGBACK_SUBSCRIBERS').waitFor();
    await dialog().getByLabel('Name').fill('Alice & <b>Co</b>');
    await dialog().getByRole('button', { name: 'Rename' }).click();
    await row('1001').getByText('Alice & <b>Co</b>').waitFor();
  });

  it('get no number that is taken', async () => {
    await page.getByRole('button', { name: 'New phone' }).click();
    await dialog().getByLabel('Number').fill('1002');
    await dialog().getByRole('button', { name: 'Create', exact: true }).click();
    await dialog().getByRole('alert').getByText('1002 is taken').waitFor();
    await dialog().getByRole('button', { name: 'Cancel' }).click();
  });

  it('are deleted after a question', async () => {
    await choose('1004', 'Delete');
    await dialog().getByRole('button', { name: 'Delete 1004' }).click();
    await row('1004').waitFor({ state: 'detached' });
    const { body } = await network.api<{ subscribers: Subscriber[] }>('/api/subscribers');
    expect(body.subscribers.map(({ number }) => number)).not.toContain('1004');
  });

  it('fit on a narrow page', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${network.pageUrl}/phones?open=1001`);
    await page.getByText('No phone is registered as 1001').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
});
