import { createRequire } from 'node:module';
import { AxeBuilder } from '@axe-core/playwright';
import { CHROMIUM } from '@ringback/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChromium } from './support/browser.ts';
import { healthy, type Network, startNetwork } from './support/network.ts';
import { COLOR_SCHEMES, SIZES, type Size, walkStates } from './support/states.ts';

/** Read once by each document: left alone, the builder has it read twice for every look at a page. */
const AXE = createRequire(import.meta.resolve('@axe-core/playwright')).resolve('axe-core/axe.min.js');

const WCAG_2_2_AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

describe.skipIf(!CHROMIUM)('axe finds nothing to say', () => {
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

  // Both at once: each is a page of its own with a number of its own.
  it.concurrent.each(Object.keys(SIZES) as Size[])(
    'about any page or state, %s, in light and in dark',
    { timeout: 240_000 },
    async (size) => {
      const context = await chromium.newContext({ viewport: SIZES[size], reducedMotion: 'reduce' });
      await context.addInitScript({ path: AXE });
      const page = await context.newPage();
      const found: string[] = [];
      await walkStates({ page, network, narrow: size === 'narrow' }, async ({ name }) => {
        for (const colorScheme of COLOR_SCHEMES) {
          await page.emulateMedia({ colorScheme });
          found.push(...(await violations(page)).map((said) => `${name}, ${colorScheme}: ${said}`));
        }
      });
      await context.close();
      expect(found).toEqual([]);
    },
  );
});

async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page, axeSource: 'void 0' })
    // It opens no other tab, which would put this one into the background.
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .withTags(WCAG_2_2_AA)
    .analyze();
  return violations.flatMap(({ id, nodes: [first, ...more] }) => {
    if (!first) return [];
    const others = more.length > 0 ? ` (and ${more.length} more)` : '';
    return `${id} at ${first.target.join(' ')}${others}: ${first.failureSummary}`;
  });
}
