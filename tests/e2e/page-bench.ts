// npm run bench:page [loads]: how soon the page can be used by one who opens it for the first time, and what it weighs.
import { startChromium } from './support/browser.ts';
import { type FirstLoad, firstLoad } from './support/first-load.ts';
import { healthy, startNetwork } from './support/network.ts';

const loads = Number(process.argv[2] ?? 9);

const network = await startNetwork();
const chromium = await startChromium();
try {
  await healthy(network);
  const measured: FirstLoad[] = [];
  for (let i = 0; i < loads; i += 1) measured.push(await firstLoad(chromium, network.pageUrl));
  const line = (what: string, of: (load: FirstLoad) => number) => {
    const sorted = measured.map(of).sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
    console.log(`${what.padEnd(28)} median ${median.toFixed(0)} ms, worst ${sorted.at(-1)?.toFixed(0)} ms`);
  };
  console.log(`${loads} first loads, each in a browser context of its own`);
  line('first paint', ({ firstPaintMs }) => firstPaintMs);
  line('interactive, registered', ({ interactiveMs }) => interactiveMs);
  line('blocked by long tasks', ({ blockedMs }) => blockedMs);
  const { scriptBytes, scripts } = measured[0]!;
  console.log(
    `script, compressed           ${(scriptBytes / 1000).toFixed(0)} kB in ${scripts.length} files`,
  );
} finally {
  await chromium.close();
  await network.stop();
}
