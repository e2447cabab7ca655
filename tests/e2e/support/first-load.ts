import type { Browser, Response } from 'playwright-core';

export interface FirstLoad {
  /** Bytes of script on the wire, compressed as the server sends them. */
  scriptBytes: number;
  scripts: string[];
  /** From the start of the navigation until the form takes an order, its phone registered. */
  interactiveMs: number;
  firstPaintMs: number;
  /** For how long tasks kept the page from answering, beyond the 50 ms that nobody notices. */
  blockedMs: number;
}

/** Opens the page as one who was never there, and looks at what comes. */
export async function firstLoad(chromium: Browser, url: string): Promise<FirstLoad> {
  const context = await chromium.newContext();
  try {
    const page = await context.newPage();
    const scripts: Response[] = [];
    page.on('response', (response) => {
      if (response.request().resourceType() === 'script') scripts.push(response);
    });
    await page.addInitScript(() => {
      const longTasks: number[] = [];
      Object.assign(window, { longTasks });
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) longTasks.push(duration);
      }).observe({ type: 'longtask', buffered: true });
    });
    await page.goto(url);
    await page.locator('button[type=submit]:enabled', { hasText: 'Ring this browser' }).waitFor();
    const times = await page.evaluate(() => ({
      interactiveMs: performance.now(),
      firstPaintMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
      blockedMs: (window as unknown as { longTasks: number[] }).longTasks.reduce(
        (sum, ms) => sum + Math.max(0, ms - 50),
        0,
      ),
    }));
    await page.waitForLoadState('networkidle');
    const sizes = await Promise.all(scripts.map((response) => response.request().sizes()));
    return {
      ...times,
      scripts: scripts.map((response) => new URL(response.url()).pathname),
      scriptBytes: sizes.reduce((sum, { responseBodySize }) => sum + responseBodySize, 0),
    };
  } finally {
    await context.close();
  }
}
