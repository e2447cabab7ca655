// npm run screenshots: pictures of the page around a real call, to be looked at by whoever changes the page.
// docs/images/in-call.png of the README is the wide, light one of them.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openPhone, startChromium } from './support/browser.ts';
import { healthy, ROOT, startNetwork } from './support/network.ts';

const FOLDER = join(ROOT, 'test-results/screenshots');
const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } } as const;

const network = await startNetwork();
await healthy(network);
const chromium = await startChromium();
await mkdir(FOLDER, { recursive: true });

async function ring(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Ring this browser' }).click();
  await page.getByRole('button', { name: 'Answer' }).waitFor();
}

async function take(size: keyof typeof SIZES, colorScheme: 'light' | 'dark'): Promise<void> {
  const context = await chromium.newContext({ viewport: SIZES[size], colorScheme });
  const page = await context.newPage();
  const shot = (name: string) =>
    page.screenshot({ path: join(FOLDER, `${name}-${size}-${colorScheme}.png`), animations: 'disabled' });
  await openPhone(page, network.pageUrl);
  await shot('speak');
  await ring(page);
  await shot('ringing');
  await page.getByRole('button', { name: 'Answer' }).click();
  await page.getByText('In call').first().waitFor();
  await page.waitForTimeout(2500);
  await shot('in-call');
  await page.getByRole('button', { name: 'Hang up' }).first().click();
  await page.goto(`${network.pageUrl}/calls`);
  await page.getByText('completed').first().waitFor();
  await shot('calls');
  await page.getByRole('row').nth(1).getByRole('link').first().click();
  await page.getByText('INVITE').first().waitFor();
  await shot('call');
  await page.goto(`${network.pageUrl}/phones`);
  await page.getByText('1001').first().waitFor();
  await shot('phones');
  await context.close();
}

try {
  for (const size of ['wide', 'narrow'] as const)
    for (const colorScheme of ['light', 'dark'] as const) await take(size, colorScheme);
} finally {
  await chromium.close();
  await network.stop();
}
