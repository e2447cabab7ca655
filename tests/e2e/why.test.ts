import { RULE_NAMES } from '@ringback/diagnosis';
import { CHROMIUM } from '@ringback/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectRecordsToAgree, provoked } from './support/expect-why.ts';
import { WhyNetwork } from './support/why-network.ts';
import { browsers } from './why/browsers.ts';
import { deadEnds } from './why/dead-ends.ts';
import { failingNetwork } from './why/failing-network.ts';
import { refusals } from './why/refusals.ts';
import { beginSlowEnds, type SlowEnds, slowEnds } from './why/slow-ends.ts';
import { sound } from './why/sound.ts';
import { speech } from './why/speech.ts';

let world: WhyNetwork;
let slow: SlowEnds;

beforeAll(async () => {
  world = await WhyNetwork.start();
  slow = beginSlowEnds(world);
});
afterAll(() => world?.stop());

refusals(() => world);
deadEnds(() => world);
sound(() => world);
speech(() => world);
browsers(() => world);
failingNetwork();
slowEnds(() => slow);

describe('why calls failed', () => {
  it('is told by records as by the page of the call', () => expectRecordsToAgree(world));

  it.skipIf(!CHROMIUM)('has been provoked for every rule that there is', () => {
    expect([...provoked].sort()).toEqual([...RULE_NAMES].sort());
  });
});
