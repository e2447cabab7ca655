/**
 * Calls through a bad network: a user agent calls another through the server and a minimal B2BUA, and both legs lose,
 * double and reorder datagrams. Ends with 0 when at least 99.9 % of the calls complete and none had a second leg.
 * Run: npm run loss -- [--calls 1000] [--rate 25] [--seed 1] [--lost 0.1] [--duplicated 0.05] [--reordered 0.05]
 *
 * SIPp cannot be used here: it gives a call up when a message comes later than its scenario has it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { defaultTiming } from '@ringback/sip';
import { openImpairedLink, UserAgent } from '@ringback/testing';
import { ownSubject } from './load/subject.ts';

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '1000' },
    rate: { type: 'string', default: '25' },
    seed: { type: 'string', default: '1' },
    lost: { type: 'string', default: '0.1' },
    duplicated: { type: 'string', default: '0.05' },
    reordered: { type: 'string', default: '0.05' },
  },
});
const [calls, rate, seed] = [values.calls, values.rate, values.seed].map(Number) as [number, number, number];
const [lost, duplicated, reordered] = [values.lost, values.duplicated, values.reordered].map(Number) as [
  number,
  number,
  number,
];
const impairment = { lost, duplicated, reordered, heldMs: 40 };
const NEEDED = 0.999;

const host = '127.0.0.1';
const agent = (port: number) =>
  UserAgent.open({ timing: defaultTiming, server: { host, port }, callMs: 1000 });
const callee = await agent(0);
const legB = await openImpairedLink({ to: { host, port: callee.port }, impairment, seed });
const subject = await ownSubject(`sip:9196@${host}:${legB.port}`);
const legA = await openImpairedLink({ to: subject.sip, impairment, seed: seed + 1 });
const caller = await agent(legA.port);

const outcomes: Promise<string>[] = [];
for (let index = 0; index < calls; index++) {
  outcomes.push(
    caller.call().then(
      () => 'complete',
      (error: Error) => error.message,
    ),
  );
  await sleep(1000 / rate);
}
const counts = new Map<string, number>();
for (const outcome of await Promise.all(outcomes)) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
// Whatever is still on its way gets the time in which a transaction gives up.
for (let waitedMs = 0; caller.busy + callee.busy > 0 && waitedMs < 80 * defaultTiming.t1; waitedMs += 500)
  await sleep(500);
await subject.stop();
await Promise.all([legA.close(), legB.close(), caller.close(), callee.close()]);

const complete = (counts.get('complete') ?? 0) / calls;
const over = [...callee.taken.values()].filter((state) => state === 'over').length;
console.log(`impairment       ${JSON.stringify(impairment)}, seed ${seed}
datagrams        leg A ${JSON.stringify(legA.counters)}, leg B ${JSON.stringify(legB.counters)}
calls made       ${calls}: ${JSON.stringify(Object.fromEntries(counts))}, ${(complete * 100).toFixed(2)} % complete
calls received   ${callee.taken.size} by Call-ID, ${over} of them ended`);
if (complete < NEEDED) throw new Error(`fewer than ${NEEDED * 100} % of the calls completed`);
if (callee.taken.size > calls) throw new Error(`${callee.taken.size - calls} second legs`);
if (over < callee.taken.size) throw new Error(`${callee.taken.size - over} calls received were never ended`);
