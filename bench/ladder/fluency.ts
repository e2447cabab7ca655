/** How fluent the ladder of a long call is: the longest task of the page's main thread for each thing that its reader does. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SipMessageRecord } from '@ringback/contracts';
import type { Page } from 'playwright-core';
import { capture } from '../../tests/e2e/support/capture.ts';

const STEPS = 40;
const SETTLED_MS = 500;

/** Runs in the page: notes every task of 50 ms and more, as the Long Tasks API has them. */
const WATCH = `window.tasks = [];
new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' })`;

/** Sends as many requests more of the call of `like` to the capture, and works with the ladder of the call that `page` shows. */
export async function fluency(
  page: Page,
  hepPort: number,
  like: SipMessageRecord,
  count: number,
): Promise<Record<string, number>> {
  await page.evaluate(WATCH);
  const ladder = page.getByRole('listbox', { name: 'SIP messages' });
  const keys = async (key: string) => {
    for (let step = 0; step < STEPS; step += 1) await page.keyboard.press(key);
  };
  const longest: Record<string, number> = {};
  const measure = async (what: string, act: () => Promise<unknown>) => {
    await act();
    await sleep(SETTLED_MS);
    const tasks = await page.evaluate<number[]>('tasks.splice(0)');
    longest[what] = Math.max(0, ...tasks);
  };
  await measure(`${count} messages come`, async () => {
    await capture(hepPort, like, wave(like, count));
    await sleep(SETTLED_MS);
  });
  await measure('End, Home, End', async () => {
    await ladder.focus();
    for (const key of ['End', 'Home', 'End']) await page.keyboard.press(key);
  });
  await measure('arrow keys', () => keys('ArrowUp'));
  await measure('page keys', () => keys('PageUp'));
  await measure('scrolling', async () => {
    await ladder.hover();
    for (let step = 0; step < STEPS; step += 1) await page.mouse.wheel(0, 400);
  });
  await measure('search', async () => {
    await ladder.focus();
    await page.keyboard.press('/');
    await page.keyboard.type('cseq: 3', { delay: 20 });
    for (let step = 0; step < STEPS; step += 1) await page.keyboard.press('Enter');
  });
  return longest;
}

function wave(like: SipMessageRecord, count: number) {
  return Array.from({ length: count }, (_, index) => ({
    timeUs: like.timeUs + 1000 + index * 1000,
    raw: like.raw
      .replaceAll(like.method, 'INFO')
      .replace(/CSeq: \d+/, `CSeq: ${100 + index}`)
      .replace(/branch=[^;\r]+/, `branch=z9hG4bK-${index}`),
  }));
}
