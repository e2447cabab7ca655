/**
 * Many calls through the server and a minimal B2BUA, and then a look at what they left. Ends with 0 when every call
 * completed, no dialog, transaction, timer, binding, connection, socket or file is more than before, and resident
 * memory is back within 10 % of the start. Run: npm run soak -- [--calls 100000] [--rate 200]
 *
 * "The start" is after a warm-up of 45 s at the same rate, so that transactions live and die as they will (32 s) and
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
  options: { calls: { type: 'string', default: '100000' }, rate: { type: 'string', default: '200' } },
});
const [calls, callsPerSecond] = [Number(values.calls), Number(values.rate)];
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

/** How calls went, by what their caller says. */
async function call(count: number): Promise<Record<string, number>> {
  const outcomes: Record<string, number> = {};
  const note = (outcome: string) => {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  };
  const open: Promise<void>[] = [];
  const startedMs = performance.now();
  while (open.length < count) {
    // As many as the time asks for: a late timer must not make the rate lower.
    const due = Math.min(count, Math.ceil(((performance.now() - startedMs) / 1000) * callsPerSecond));
    while (open.length < due)
      open.push(
        caller.call().then(
          () => note(COMPLETE),
          (error: Error) => note(error.message),
        ),
      );
    await sleep(10);
  }
  await Promise.all(open);
  return outcomes;
}

async function holdings(): Promise<Holdings> {
  const now = await subject.holdings?.();
  if (!now) throw new Error('only our own server tells what it holds');
  return now;
}

const ofCalls = ({ dialogs, serverTransactions, clientTransactions, timers }: Holdings) =>
  dialogs + serverTransactions + clientTransactions + timers;

/** Without what is never twice the same. */
const countable = ({ rssMb: _rss, heapMb: _heap, ...rest }: Holdings) => rest;

/** What is held once no call is left, or when the time for that is over. */
async function quiet(): Promise<Holdings> {
  for (let waitedSec = 0; waitedSec < PATIENCE_SEC; waitedSec += 2) {
    await sleep(2000);
    if (ofCalls(await holdings()) <= ofCalls(fresh)) break;
  }
  // Memory is given back a little after it became free.
  await sleep(5000);
  return holdings();
}

const fresh = await holdings();
const say = (what: string, figures: unknown) => console.log(what.padEnd(10), JSON.stringify(figures));
say('fresh', fresh);
say('warm-up', await call(WARM_UP_SEC * callsPerSecond));
const before = await quiet();
say('before', before);
const made = await call(calls);
say('calls', made);
const after = await quiet();
say('after', after);
say('memory', { growth: after.rssMb / before.rssMb - 1 });
await subject.stop();
await Promise.all([caller.close(), callee.close()]);

if (made[COMPLETE] !== calls) throw new Error(`${calls - (made[COMPLETE] ?? 0)} calls did not complete`);
if (callee.taken.size !== calls + WARM_UP_SEC * callsPerSecond)
  throw new Error('not one second leg for each call');
if (JSON.stringify(countable(after)) !== JSON.stringify(countable(fresh)))
  throw new Error('the calls left something behind');
if (after.rssMb > before.rssMb * (1 + MAX_GROWTH))
  throw new Error(`memory grew by more than ${MAX_GROWTH * 100} %`);
