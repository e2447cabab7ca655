/**
 * Many calls through the server and a minimal B2BUA, and then a look at what they left. Ends with 0 when every call
 * completed, no dialog, transaction, timer, binding, connection, socket or file is more than before, and resident
 * memory is back within 10 % of the start. Run: npm run soak -- [--calls 100000] [--at-once 50]
 *
 * "The start" is after a warm-up of 45 s with as many calls at once, so that transactions live and die as they will (32 s) and
 * the heap has its working size, and after the last of them has ended and garbage was collected; the end is taken alike.
 * SIPp cannot be used here: on a busy machine it takes a repeated INVITE for a fault, and gives the call up.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { defaultTiming } from '@ringback/sip';
import { UserAgent } from '@ringback/testing';
import type { Holdings } from './load/server.ts';
import { ownSubject } from './load/subject.ts';

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '100000' }, 'at-once': { type: 'string', default: '50' } },
});
const [calls, atOnce] = [Number(values.calls), Number(values['at-once'])];
const WARM_UP_SEC = 45;
/** Longer than any timer of a call that is over: 128*T1. */
const PATIENCE_SEC = 90;
const MAX_GROWTH = 0.1;
const COMPLETE = 'complete';

const host = '127.0.0.1';
const agent = (port: number) =>
  UserAgent.open({ timing: defaultTiming, server: { host, port }, callMs: 100 });
const callee = await agent(0);
const subject = await ownSubject(`sip:9196@${host}:${callee.port}`, ['count-timers'], ['--expose-gc']);
const caller = await agent(subject.sip.port);

/** How calls went, by what their caller says: so many at once, each followed by the next, until there were enough. */
async function call(enough: (begun: number) => boolean): Promise<Record<string, number>> {
  const outcomes: Record<string, number> = {};
  let begun = 0;
  const oneAfterTheOther = async () => {
    while (!enough(begun)) {
      begun += 1;
      const outcome = await caller.call().then(
        () => COMPLETE,
        (error: Error) => error.message,
      );
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, oneAfterTheOther));
  return outcomes;
}

async function holdings(): Promise<Holdings> {
  const now = await subject.holdings?.();
  if (!now) throw new Error('only our own server tells what it holds');
  return now;
}

const ofCalls = ({ dialogs, serverTransactions, clientTransactions, timers }: Holdings) =>
  dialogs + serverTransactions + clientTransactions + timers;

/** Without what is never twice the same, and what only counts up. */
const countable = ({ rssMb: _rss, heapMb: _heap, refused: _refused, ...rest }: Holdings) => rest;

/** What is held once no call is left, or when the time for that is over. */
async function quiet(): Promise<Holdings> {
  for (let waitedSec = 0; waitedSec < PATIENCE_SEC; waitedSec += 2) {
    await sleep(2000);
    if (ofCalls(await holdings()) <= ofCalls(fresh)) break;
  }
  // V8 gives memory back over several collections, and each look at the holdings is one.
  for (let round = 0; round < 10; round++) {
    await sleep(2000);
    await holdings();
  }
  return holdings();
}

const fresh = await holdings();
const say = (what: string, figures: unknown) => console.log(what.padEnd(10), JSON.stringify(figures));
say('fresh', fresh);
const warmUntilMs = performance.now() + WARM_UP_SEC * 1000;
const warmUp = await call(() => performance.now() > warmUntilMs);
say('warm-up', warmUp);
const before = await quiet();
say('before', before);
const startedMs = performance.now();
const made = await call((begun) => begun === calls);
say('rate', calls / ((performance.now() - startedMs) / 1000));
say('calls', made);
const after = await quiet();
say('after', after);
say('memory', { growth: after.rssMb / before.rssMb - 1 });
await subject.stop();
await Promise.all([caller.close(), callee.close()]);

if (made[COMPLETE] !== calls) throw new Error(`${calls - (made[COMPLETE] ?? 0)} calls did not complete`);
const total = calls + Object.values(warmUp).reduce((sum, count) => sum + count, 0);
if (callee.taken.size !== total) throw new Error('not one second leg for each call');
if (JSON.stringify(countable(after)) !== JSON.stringify(countable(fresh)))
  throw new Error('the calls left something behind');
if (after.rssMb > before.rssMb * (1 + MAX_GROWTH))
  throw new Error(`memory grew by more than ${MAX_GROWTH * 100} %`);
