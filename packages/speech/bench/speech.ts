// Time to the first byte and to the last, by voice and cache: node --import tsx packages/speech/bench/speech.ts
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@ringback/runtime';
import { createSpeech, findFfmpeg } from '../src/index.ts';

const RUNS = 20;
const dataDir = mkdtempSync(join(tmpdir(), 'speech-bench-'));
const speech = await createSpeech({ dataDir, logger: createLogger('bench', 'warn') });
const { origin, version } = await findFfmpeg();
console.log(
  `ffmpeg ${version} (${origin}), ${RUNS} sentences of ten words each; milliseconds, median (worst)`,
);

async function measure(text: string, voiceId: string): Promise<{ firstMs: number; lastMs: number }> {
  const startMs = performance.now();
  const said = await speech.say({ text, voiceId });
  let firstMs: number | undefined;
  for await (const _ of said.mulaw()) firstMs ??= performance.now() - startMs;
  const lastMs = performance.now() - startMs;
  await said.done;
  return { firstMs: firstMs ?? Number.NaN, lastMs };
}

function summary(values: number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return `${sorted[sorted.length >> 1]!.toFixed(1).padStart(7)} (${sorted.at(-1)!.toFixed(1)})`;
}

await measure('The first one waits for the voice to start.', 'builtin-slt');
for (const { id } of (await speech.voices({})).voices)
  for (const kind of ['made', 'cached']) {
    const runs: { firstMs: number; lastMs: number }[] = [];
    for (let i = 0; i < RUNS; i += 1)
      runs.push(await measure(`Your table number ${i} is ready now, please come in.`, id));
    const [first, last] = [runs.map((run) => run.firstMs), runs.map((run) => run.lastMs)];
    console.log(`${id.padEnd(14)} ${kind.padEnd(7)} first ${summary(first)}   last ${summary(last)}`);
  }
await speech.close();
rmSync(dataDir, { recursive: true });
