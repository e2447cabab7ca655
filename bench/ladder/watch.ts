import type { SipMessageRecord } from '@ringback/contracts';
import type { Page } from 'playwright-core';
import type { Way } from './way.ts';

/** When each message was there, in milliseconds since the epoch. */
type Times = Record<string, number>;

/** Runs in the page: when each message was told to it, when its row was in the document, and when that was drawn. */
const WATCH = `(() => {
  const now = () => performance.timeOrigin + performance.now();
  const [told, made, drawn] = (window.times = [{}, {}, {}]);
  const over = new Map();
  const end = (call) => {
    if (!over.has(call)) {
      let resolve;
      const promise = new Promise((done) => (resolve = done));
      over.set(call, { promise, resolve });
    }
    return over.get(call);
  };
  window.ended = (call) => end(call).promise;
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...parameters) {
      super(...parameters);
      this.addEventListener('message', ({ data }) => {
        const id = /"type":"sip.message".*?"message":\\{"id":"([^"]+)"/.exec(data)?.[1];
        if (id) told[id] ??= now();
        const call = /"type":"call.ended".*?"call":\\{"id":"([^"]+)"/.exec(data)?.[1];
        if (call) end(call).resolve();
      });
    }
  };
  const note = (times) => {
    for (const row of document.querySelectorAll('[data-message]')) times[row.dataset.message] ??= now();
  };
  new MutationObserver(() => {
    note(made);
    requestAnimationFrame(() => note(drawn));
  }).observe(document, { childList: true, subtree: true });
})()`;

/** To be called before the page is opened. */
export function watch(page: Page): Promise<unknown> {
  return page.addInitScript(WATCH);
}

/** When the page has been told that the call is over. To ask the network again and again would slow down what is measured. */
export function ended(page: Page, callId: string): Promise<unknown> {
  return page.evaluate(`ended(${JSON.stringify(callId)})`);
}

/** The ways of a call's messages that came while its ladder was looked at; what was on the wire before was read, not told. */
export async function waysOf(
  page: Page,
  messages: readonly SipMessageRecord[],
): Promise<{ ways: Way[]; missed: number }> {
  const [told = {}, made = {}, drawn = {}] = await page.evaluate<Times[]>('times');
  const stoodMs = Math.min(...messages.flatMap(({ id }) => drawn[id] ?? []));
  const came = messages.filter(({ timeUs }) => timeUs / 1000 > stoodMs);
  const ways = came.flatMap(({ id, summary, timeUs }): Way[] => {
    const [toldMs, madeMs, drawnMs] = [told[id], made[id], drawn[id]];
    if (!toldMs || !madeMs || !drawnMs) return [];
    return [{ summary, wireMs: timeUs / 1000, toldMs, madeMs, drawnMs }];
  });
  return { ways, missed: came.length - ways.length };
}
