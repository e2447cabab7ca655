import { Session } from 'node:inspector/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostile, hostileBytes } from '../fuzz/adversary.ts';
import { corpus } from '../fuzz/corpus.ts';
import { mutant } from '../fuzz/mutate.ts';
import { seeded } from '../fuzz/random.ts';
import { readers } from '../fuzz/read-everything.ts';

/** What went wrong with these bytes, if anything did. */
function faultOf(bytes: Uint8Array): string | undefined {
  for (const [name, read] of Object.entries(readers)) {
    try {
      read(bytes);
    } catch (error) {
      return `${name}: ${error} on ${JSON.stringify(Buffer.from(bytes).toString('latin1'))}`;
    }
  }
  return undefined;
}

describe('mutated SIP', () => {
  // The full million, with times: npm run fuzz.
  it.each([1, 2])('makes no reader throw, and no two disagree (seed %i)', (seed) => {
    const random = seeded(seed);
    for (let index = 0; index < 1000; index++)
      expect(faultOf(mutant(corpus, random)), `mutant ${index}`).toBeUndefined();
  });
});

/** The engine counts how often each block of our code runs: the same number whatever else the machine does. */
describe('hostile input of twice the size takes at most about twice the steps', () => {
  const session = new Session();
  beforeAll(async () => {
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  });
  afterAll(async () => {
    await session.post('Profiler.stopPreciseCoverage');
    session.disconnect();
  });

  /** Also sets the counters back. */
  async function steps(): Promise<number> {
    const { result } = await session.post('Profiler.takePreciseCoverage');
    return result
      .filter(({ url }) => /packages\/(sip|drachtio-wire)\/src\//.test(url))
      .flatMap(({ functions }) => functions)
      .flatMap(({ ranges }) => ranges)
      .reduce((sum, { count }) => sum + count, 0);
  }

  async function stepsFor(bytes: Uint8Array): Promise<number> {
    await steps();
    expect(faultOf(bytes)).toBeUndefined();
    return steps();
  }

  it.each(Object.keys(hostile))('%s', async (name) => {
    const small = await stepsFor(hostileBytes(name, 16_384));
    const large = await stepsFor(hostileBytes(name, 32_768));
    expect(small).toBeGreaterThan(0);
    // What a limit that is reached on the way costs once is not growth.
    expect(large).toBeLessThan(2.2 * small + 5000);
  });
});
