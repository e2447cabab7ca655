/**
 * Many calls through the server and a minimal B2BUA, and then a look at what they left. Ends with 0 when every call
 * completed, no dialog, transaction, timer, binding, connection, socket or file is more than before, and resident
 * memory is back within 10 % of the start. Run: npm run soak -- [--calls 100000] [--rate 200]
 *
 * "The start" is after a warm-up of 45 s at the same rate, so that transactions live and die as they will (32 s) and
 * the heap has its working size, and after the last of them has ended and garbage was collected; the end is taken alike.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { answerWithSipp, callWithSipp, hasSipp, type SippReport } from '@ringback/testing';
import type { Holdings } from './load/server.ts';
import { ownSubject } from './load/subject.ts';

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '100000' }, rate: { type: 'string', default: '200' } },
});
if (!hasSipp) throw new Error('SIPp is needed: apt-get install sip-tester');
const [calls, callsPerSecond] = [Number(values.calls), Number(values.rate)];
const WARM_UP_SEC = 45;
/** Longer than any timer of a call that is over: 128*T1. */
const PATIENCE_SEC = 90;
const MAX_GROWTH = 0.1;

const callee = await answerWithSipp();
const subject = await ownSubject(`sip:9196@127.0.0.1:${callee.port}`, ['count-timers'], ['--expose-gc']);

const call = (count: number) =>
  callWithSipp({
    server: subject.sip,
    callsPerSecond,
    calls: count,
    timeoutSec: Math.ceil((count / callsPerSecond) * 1.5) + 60,
  });

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
const sayCalls = (what: string, { succeeded, failed, retransmissions, callsPerSecond: rate }: SippReport) =>
  say(what, { succeeded, failed, retransmissions, rate });

say('fresh', fresh);
sayCalls('warm-up', await call(WARM_UP_SEC * callsPerSecond));
const before = await quiet();
say('before', before);
const made = await call(calls);
sayCalls('calls', made);
const after = await quiet();
say('after', after);
say('memory', { growth: after.rssMb / before.rssMb - 1 });
await subject.stop();
await callee.stop();

if (made.succeeded !== calls) throw new Error(`${calls - made.succeeded} calls did not complete`);
if (JSON.stringify(countable(after)) !== JSON.stringify(countable(fresh)))
  throw new Error('the calls left something behind');
if (after.rssMb > before.rssMb * (1 + MAX_GROWTH))
  throw new Error(`memory grew by more than ${MAX_GROWTH * 100} %`);
