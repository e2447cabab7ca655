import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { CHROMIUM, CHROMIUM_FLAGS } from '@ringback/testing';
import { type Browser, chromium, type Page } from 'playwright-core';

const SCRIPT = fileURLToPath(new URL('./browser-page.js', import.meta.url));

export type Chromium = { leg(options?: LegOptions): Promise<BrowserLeg>; close(): Promise<void> };
/** `speech`: a WAV file, base64. */
export type LegOptions = { toneHz?: number; speech?: string; codecs?: readonly string[] };

/** A real Chromium and a page to open it on: microphones need a secure origin, which localhost is. */
export async function startChromium(): Promise<Chromium> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>leg</title>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const browser = await chromium.launch({
    executablePath: CHROMIUM ?? 'chromium',
    headless: true,
    args: [...CHROMIUM_FLAGS],
  });
  const url = `http://localhost:${(server.address() as AddressInfo).port}/`;
  return {
    leg: async (options = {}) => {
      const page = await browser.newPage();
      await page.goto(url.replace('localhost', '127.0.0.1'));
      await page.addScriptTag({ path: SCRIPT });
      const leg = new BrowserLeg(page);
      await leg.run('open', options);
      return leg;
    },
    close: () => stop(browser, server),
  };
}

async function stop(browser: Browser, server: Server): Promise<void> {
  await browser.close();
  server.close();
  await once(server, 'close');
}

/** One RTCPeerConnection in a page of its own. */
export class BrowserLeg {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  run<T>(name: string, argument?: unknown): Promise<T> {
    return this.#page.evaluate(`leg.${name}(${argument === undefined ? '' : JSON.stringify(argument)})`);
  }

  offer(): Promise<string> {
    return this.run('offer');
  }

  answer(sdp: string): Promise<string> {
    return this.run('answer', sdp);
  }

  accept(sdp: string): Promise<void> {
    return this.run('accept', sdp);
  }

  async heard(): Promise<{ rate: number; samples: Int16Array }> {
    const { rate, samples } = await this.run<{ rate: number; samples: number[] }>('heard');
    return { rate, samples: Int16Array.from(samples) };
  }

  stats(type: string): Promise<Record<string, number>[]> {
    return this.run('stats', type);
  }

  state(): Promise<string> {
    return this.run('state');
  }

  async close(): Promise<void> {
    await this.run('close');
    await this.#page.close();
  }
}
