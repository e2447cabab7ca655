/**
 * From the wire to the page: how long after the SIP server has seen a message its row stands in the ladder of a call that a real
 * Chromium shows. Texts are spoken to a phone; the page shows each call from its beginning, and notes the frame in which each
 * row is drawn. Then the last call gets 500 messages more, and its ladder is worked with.
 * Run: npm run bench:ladder -- [--calls 8] [--phone sip|page] [--messages 500] [--each]
 *
 * Good is a 95th percentile of 100 ms or less, and no task that keeps the page busy for longer; ends with 0 then.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CHROMIUM, CHROMIUM_FLAGS } from '@ringback/testing';
import { type Browser, chromium } from 'playwright-core';
import { healthy, speak, startNetwork } from '../tests/e2e/support/network.ts';
import { freePort } from '../tests/e2e/support/ports.ts';
import { fluency } from './ladder/fluency.ts';
import { answeringPhone } from './ladder/sip-phone.ts';
import { ended, watch, waysOf } from './ladder/watch.ts';
import { figures, p95, STRETCHES, type Way, wireToPage } from './ladder/way.ts';

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '8' },
    messages: { type: 'string', default: '500' },
    /** Who is called: `sip`, a phone beside the page, or `page`, whose own phone has work of its own then. */
    phone: { type: 'string', default: 'sip' },
    /** Says what each message took. */
    each: { type: 'boolean', default: false },
  },
});
const GOOD_MS = 100;
/** For the last row, and for the end of what a call leaves to do. */
const AFTER_MS = 1000;

const goTo = (path: string) =>
  `history.pushState({}, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate', { state: {} }))`;

const hepPort = await freePort();
const network = await startNetwork({ RINGBACK_HEP_PORT: String(hepPort) });
let browser: Browser | undefined;
let phone: { number: string; close(): void } | undefined;
try {
  await healthy(network);
  browser = await chromium.launch({
    executablePath: CHROMIUM ?? 'chromium',
    headless: true,
    args: [...CHROMIUM_FLAGS],
  });
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 1000 } })).newPage();
  await watch(page);
  await page.goto(`${network.pageUrl}/calls?autoanswer=1`);
  const status = page.getByText(/^Registered as \S+/).first();
  await status.waitFor();
  const pageNumber = /Registered as (\S+)/.exec((await status.textContent()) ?? '')?.[1] ?? '';
  if (values.phone === 'sip') phone = await answeringPhone(network, Number(values.calls));
  const number = phone?.number ?? pageNumber;

  const ways: Way[] = [];
  let missed = 0;
  let id = '';
  for (let call = 0; call < Number(values.calls); call += 1) {
    id = await speak(network, number, 'Your table is ready.');
    await page.evaluate(goTo(`/calls/${id}`));
    await ended(page, id);
    await sleep(AFTER_MS);
    const one = await waysOf(page, await network.messages(id));
    ways.push(...one.ways);
    missed += one.missed;
  }
  if (values.each)
    for (const way of ways)
      console.log(way.summary.slice(0, 30).padEnd(32), ...STRETCHES.map(([, of]) => of(way).toFixed(0)));
  console.log(`${ways.length} messages drawn as they came, ${missed} not drawn`);
  for (const [words, of] of STRETCHES) console.log(`${words}: ${figures(ways.map(of))}`);

  const bye = (await network.messages(id)).find(({ method }) => method === 'BYE');
  const busy = bye ? await fluency(page, hepPort, bye, Number(values.messages)) : {};
  for (const [what, ms] of Object.entries(busy))
    console.log(`${what}: ${ms === 0 ? 'no task of 50 ms or more' : `longest task ${ms} ms`}`);
  const isGood =
    missed === 0 && p95(ways.map(wireToPage)) <= GOOD_MS && Object.values(busy).every((ms) => ms <= GOOD_MS);
  process.exitCode = isGood ? 0 : 1;
} finally {
  phone?.close();
  await browser?.close();
  await network.stop();
}
