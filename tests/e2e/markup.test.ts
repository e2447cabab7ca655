import type { CallDetail, CallPage } from '@ringback/contracts';
import { CHROMIUM, hasSipp } from '@ringback/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openPhone, startChromium } from './support/browser.ts';
import { healthy, type Network, SUBSCRIBERS, speak, startNetwork } from './support/network.ts';
import { freePort } from './support/ports.ts';
import { sipp, succeeded } from './support/sipp.ts';

/** Makes an element that nothing else makes, and runs a script, when it is taken for HTML. A name has 64 characters. */
const MARKUP = '<rb-owned>Eve</rb-owned><img src=x onerror=owned()>';

describe.skipIf(!CHROMIUM || !hasSipp)('markup from the network', () => {
  let network: Network;
  let chromium: Browser;
  const closers: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    // The network takes the name that a nameless subscriber gives itself; for the others it says its own.
    network = await startNetwork({
      RINGBACK_SUBSCRIBERS: '1001:pass-1001,1003:pass-1003:<rb-owned>Carol</rb-owned>',
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
  });

  async function openPage(): Promise<{ page: Page; number: string; ran: string[] }> {
    const context = await chromium.newContext();
    closers.push(() => context.close());
    const page = await context.newPage();
    const ran: string[] = [];
    await page.exposeFunction('owned', () => ran.push(page.url()));
    return { page, number: await openPhone(page, network.pageUrl), ran };
  }

  async function sippRuns(
    scenario: string,
    number: '1001' | '1003',
    keywords: Record<string, string | number>,
    localPort?: number,
  ) {
    const process = sipp({
      scenario,
      target: network.sip,
      localPort: localPort ?? (await freePort()),
      credentials: { number, password: SUBSCRIBERS[number] },
      keywords: { markup: MARKUP, ...keywords },
    });
    closers.push(() => process.stop());
    return process;
  }

  const newest = async () => (await network.api<CallPage>('/api/calls')).body.calls[0]?.id ?? '';

  /** The text is there as it was sent; nothing was made of it, and nothing of it ran. */
  async function shownAsText(page: Page, ran: readonly string[], where: string): Promise<void> {
    const made = await page.evaluate(() =>
      [...document.querySelectorAll('rb-owned, img[src="x"], [onerror]')].map(({ outerHTML }) => outerHTML),
    );
    expect({ where, made, ran }).toEqual({ where, made: [], ran: [] });
  }

  async function seen(page: Page, ran: readonly string[], path: string): Promise<void> {
    await page.goto(`${network.pageUrl}${path}`);
    await page.getByText('<rb-owned>').first().waitFor({ state: 'attached' });
    await shownAsText(page, ran, path);
  }

  it('in a caller’s name, agent, headers and Reason is text on every page', async () => {
    const { page, number, ran } = await openPage();
    const caller = await sippRuns('call-markup', '1001', { dialled: number });
    await page.getByRole('button', { name: 'Answer', exact: true }).waitFor();
    await page.getByText('<rb-owned>').first().waitFor();
    await shownAsText(page, ran, 'ringing');
    await page.getByRole('button', { name: 'Answer', exact: true }).click();
    await page.getByRole('region', { name: 'Call in progress' }).waitFor();
    await shownAsText(page, ran, 'in call');
    await succeeded(caller);
    const id = await newest();
    const call = await network.call(id, ({ status }) => status === 'completed');
    expect(call.from.displayName).toBe(MARKUP);
    for (const path of ['/', '/calls', `/calls/${id}`]) await seen(page, ran, path);
  });

  it('in a phone’s agent, in reason phrases and warnings is text on every page', async () => {
    const port = await freePort();
    const phone = await sippRuns('decline-markup', '1003', {}, port);
    await succeeded(await sippRuns('register-markup', '1003', { contact_port: port }));
    const { page, ran } = await openPage();
    await page.getByLabel('Number to dial').fill('1003');
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await succeeded(phone);
    const call: CallDetail = await network.call(await newest(), ({ endedAt }) => endedAt !== null);
    expect(call.end?.sipStatus).toBe(603);
    await shownAsText(page, ran, 'declined');
    await seen(page, ran, `/calls/${call.id}`);
    await seen(page, ran, '/phones');
  });

  it('in a dialled SIP URI, and in a text and its caller’s name, is text on every page', async () => {
    const { page, number, ran } = await openPage();
    const dialling = await sippRuns('call-markup', '1001', { dialled: encodeURIComponent('<rb-owned>') });
    await dialling.ended();
    for (const path of ['/calls', `/calls/${await newest()}`]) await seen(page, ran, path);

    await openPhone(page, network.pageUrl);
    const id = await speak(network, number, `${MARKUP}<script>owned()</script>`, {
      from: '<rb-owned>Eve</rb-owned>',
    });
    await page.getByText('<rb-owned>Eve').first().waitFor();
    await shownAsText(page, ran, 'ringing');
    await network.api(`/api/calls/${id}`, { method: 'DELETE' });
    await network.call(id, ({ endedAt }) => endedAt !== null);
    for (const path of ['/', '/calls', `/calls/${id}`]) await seen(page, ran, path);
  });
});
