// npm run screenshots [name …]: pictures of every page and state, to be looked at by whoever changes the page.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startChromium } from './support/browser.ts';
import { healthy, ROOT, startNetwork } from './support/network.ts';
import { COLOR_SCHEMES, PAGE_STATES, SIZES, type Size, walkStates } from './support/states.ts';

const FOLDER = join(ROOT, 'test-results/screenshots');
/** The ringing, the sheet and the menus have come to rest by then. */
const SETTLED_MS = 400;
const WHOLE = ['call', 'call-failed', 'call-difference', 'ended', 'phones', 'phone-open'];

const wanted = process.argv.slice(2);
const states = PAGE_STATES.filter(({ name }) => wanted.length === 0 || wanted.includes(name));

const network = await startNetwork();
const chromium = await startChromium();
try {
  await healthy(network);
  await mkdir(FOLDER, { recursive: true });
  for (const size of Object.keys(SIZES) as Size[]) {
    const context = await chromium.newContext({ viewport: SIZES[size] });
    const page = await context.newPage();
    const visit = { page, network, narrow: size === 'narrow' };
    await walkStates(
      visit,
      async ({ name }) => {
        for (const colorScheme of COLOR_SCHEMES) {
          await page.emulateMedia({ colorScheme });
          await page.waitForTimeout(SETTLED_MS);
          // A call's page to its end; of what stands over a page, what is in sight.
          const fullPage = WHOLE.includes(name);
          await page.screenshot({ path: join(FOLDER, `${name}-${size}-${colorScheme}.png`), fullPage });
        }
      },
      states,
    );
    await context.close();
  }
} finally {
  await chromium.close();
  await network.stop();
}
