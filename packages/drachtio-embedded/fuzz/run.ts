/**
 * npm run fuzz: one million mutated messages through every reader of what strangers send, then hostile inputs of 64 KB.
 * No reader may throw, no two may disagree, and none may take 10 ms for one input. `npm run fuzz -- <count> <seed>`.
 */
import { hostile, hostileBytes } from './adversary.ts';
import { corpus } from './corpus.ts';
import { mutant } from './mutate.ts';
import { seeded } from './random.ts';
import { readers } from './read-everything.ts';

const LIMIT_MS = 10;
const HOSTILE_BYTES = 65_536;
const [count = 1_000_000, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);

interface Slowest {
  ms: number;
  reader: string;
}

/** Processor time of this process, which does not pass while others have the processor. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The slowest reader of these bytes; the best of `tries` counts, since the first may meet the compiler or the collector. */
function slowestOf(bytes: Uint8Array, tries: number): Slowest {
  let slowest: Slowest = { ms: 0, reader: '' };
  for (const [reader, read] of Object.entries(readers)) {
    let ms = Number.POSITIVE_INFINITY;
    for (let turn = 0; turn < tries && (turn === 0 || ms > slowest.ms); turn++) {
      const startMs = processorMs();
      read(bytes);
      ms = Math.min(ms, processorMs() - startMs);
    }
    if (ms > slowest.ms) slowest = { ms, reader };
  }
  return slowest;
}

function mutants(): Slowest {
  const random = seeded(seed);
  let worst: Slowest = { ms: 0, reader: '' };
  for (let index = 0; index < count; index++) {
    const bytes = mutant(corpus, random);
    try {
      if (slowestOf(bytes, 1).ms <= worst.ms) continue;
      const slowest = slowestOf(bytes, 5);
      if (slowest.ms > worst.ms) worst = slowest;
    } catch (error) {
      console.log(
        `mutant ${index} of seed ${seed}: ${JSON.stringify(Buffer.from(bytes).toString('latin1'))}`,
      );
      throw error;
    }
  }
  return worst;
}

const shown = ({ ms, reader }: Slowest) => `${ms.toFixed(2).padStart(6)} ms (${reader})`;

const startMs = performance.now();
let worst = mutants();
const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
console.log(
  `${count.toLocaleString('en')} mutants, seed ${seed}, ${seconds} s: none threw; slowest ${shown(worst)}`,
);
for (const name of Object.keys(hostile)) {
  const slowest = slowestOf(hostileBytes(name, HOSTILE_BYTES), 5);
  if (slowest.ms > worst.ms) worst = slowest;
  console.log(`64 KB: ${name.padEnd(48)} ${shown(slowest)}`);
}
console.log(`worst ${shown(worst)}, limit ${LIMIT_MS} ms`);
process.exitCode = worst.ms < LIMIT_MS ? 0 : 1;
