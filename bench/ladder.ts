/**
 * From the wire to the page: how long after the SIP server has seen a message its row stands in the ladder of a call that a real
 * Chromium shows. Texts are spoken to a browser phone that answers by itself; another page shows each call from its
 * beginning and notes the frame in which each row is drawn. Run: npm run bench:ladder -- [--calls 8]
 *
 * Good is a 95th percentile of 100 ms or less; ends with 0 then.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CHROMIUM, CHROMIUM_FLAGS } from '@ringback/testing';
import { chromium } from 'playwright-core';
import { healthy, speak, startNetwork } from '../tests/e2e/support/network.ts';
import { percentile } from './load/percentile.ts';

const { values } = parseArgs({ options: { calls: { type: 'string', default: '8' } } });
const GOOD_MS = 100;
/** For the last row. */
const AFTER_MS = 1000;

/** Runs in the page: when each message's row was drawn, in milliseconds since the epoch. */
const WATCH = `(() => {
  const drawn = (window.drawn = {});
  const look = () => {
    for (const row of document.querySelectorAll('[data-message]')) drawn[row.dataset.message] ??= performance.timeOrigin + performance.now();
  };
  new MutationObserver(() => requestAnimationFrame(look)).observe(document, { childList: true, subtree: true });
})()`;
const goTo = (path: string) =>
  `history.pushState({}, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate', { state: {} }))`;

const network = await startNetwork();
await healthy(network);
const browser = await chromium.launch({
  executablePath: CHROMIUM ?? 'chromium',
  headless: true,
  args: [...CHROMIUM_FLAGS],
});
try {
  const phone = await (await browser.newContext()).newPage();
  await phone.goto(`${network.pageUrl}/?autoanswer=1`);
  const status = phone.getByText(/^Registered as \S+/).first();
  await status.waitFor();
  const number = /Registered as (\S+)/.exec((await status.textContent()) ?? '')?.[1] ?? '';
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 1000 } })).newPage();
  await page.addInitScript(WATCH);
  await page.goto(`${network.pageUrl}/calls`);

  const delays: number[] = [];
  let missed = 0;
  for (let call = 0; call < Number(values.calls); call += 1) {
    const id = await speak(network, number, 'Your table is ready.');
    await page.evaluate(goTo(`/calls/${id}`));
    await network.call(id, ({ end }) => end !== null);
    await sleep(AFTER_MS);
    const drawn = await page.evaluate<Record<string, number>>('window.drawn');
    const messages = await network.messages(id);
    // What was on the wire before the ladder stood there was read, not told.
    const stoodMs = Math.min(...messages.flatMap((message) => drawn[message.id] ?? []));
    for (const { id: messageId, timeUs } of messages.filter((message) => message.timeUs / 1000 > stoodMs)) {
      const atMs = drawn[messageId];
      if (atMs === undefined) missed += 1;
      else delays.push(atMs - timeUs / 1000);
    }
  }
  delays.sort((a, b) => a - b);
  const [p50, p95, longest] = [0.5, 0.95, 1].map((share) => percentile(delays, share).toFixed(1));
  console.log(`${delays.length} messages drawn as they came, ${missed} not drawn`);
  console.log(`wire to page: p50 ${p50} ms, p95 ${p95} ms, longest ${longest} ms`);
  process.exitCode = delays.length > 0 && missed === 0 && Number(p95) <= GOOD_MS ? 0 : 1;
} finally {
  await browser.close();
  await network.stop();
}
