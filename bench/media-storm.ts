/**
 * What a storm of WebRTC set-ups, and bad packets, do to calls that are up: the delay of the event loop of each media
 * process, which is what a relayed packet waits for at most, at rest, in the storm and under attack. The aim is a p99 below
 * 5 ms. Run: npm run storm -- [options]
 *
 *   --calls 100      plain relayed calls, two streams of 50 packets a second each
 *   --at-once 10     browsers that set up calls, each again as soon as its last is over
 *   --per-second 50    set-ups of all of them at most
 *   --bad 10000      packets a second of a stranger to the port of one more call
 *   --processes 1    media processes
 *   --seconds 10     of each
 *
 * Phones and browsers are on the same machine: on few cores it is their load that delays, as much as the engine's.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startSupervisedRtpengine } from '@ringback/rtpengine-embedded';
import { createLogger } from '@ringback/runtime';
import type { BrowsersOrder, BrowsersReport } from './media/browsers.ts';
import { HOST, NgControl, openSocket } from './media/ng.ts';
import type { PhonesOrder, PhonesReport } from './media/phones.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: { calls: text, 'at-once': text, 'per-second': text, bad: text, processes: text, seconds: text },
});
const calls = Number(values.calls ?? 100);
const atOnce = Number(values['at-once'] ?? 10);
const perSecond = Number(values['per-second'] ?? 50);
const badPerSec = Number(values.bad ?? 10_000);
const seconds = Number(values.seconds ?? 10);
/** The readings are of the last 5 to 10 seconds: by then nothing of what was before is in them. */
const SETTLE_SEC = 10;

const engine = await startSupervisedRtpengine({
  host: HOST,
  ngHost: HOST,
  ngPort: 0,
  rtpPorts: { min: 20_000, max: 21_999 },
  processes: Number(values.processes ?? 1),
  logger: createLogger('rtpengine', 'error'),
});
const { ngPort } = engine;

const inProcess = (name: string) =>
  fork(new URL(`media/${name}.ts`, import.meta.url), { execArgv: ['--import', 'tsx'] });

function printDelays(when: string): void {
  for (const [i, { calls: count, loopDelay }] of engine.processes.entries()) {
    const [p50, p99, max] = [loopDelay.p50Ms, loopDelay.p99Ms, loopDelay.maxMs].map((ms) => ms.toFixed(1));
    console.log(`${when}: process ${i}, ${count} calls: p50 ${p50} p99 ${p99} max ${max} ms late`);
  }
}

async function storm(): Promise<void> {
  const browsers = inProcess('browsers');
  const whileSec = SETTLE_SEC + seconds;
  browsers.send({ ngPort, atOnce, perSecond, seconds: whileSec } satisfies BrowsersOrder);
  const done = once(browsers, 'message') as Promise<[BrowsersReport]>;
  await sleep(whileSec * 1000);
  printDelays('in storm');
  const [{ setUps, failed, p50Ms, p99Ms }] = await done;
  console.log(
    `storm: ${(setUps / whileSec).toFixed(0)} set-ups a second, ${failed} failed, ` +
      `p50 ${p50Ms.toFixed(0)} p99 ${p99Ms.toFixed(0)} ms from offer to open`,
  );
}

/** Half of them look like RTP, half like STUN, and nobody signalled where they come from. */
async function attack(): Promise<void> {
  const [control, stranger, phone] = [await NgControl.open(ngPort), await openSocket(), await openSocket()];
  const { port } = phone.address();
  const target = await control.join('attacked', port, port);
  const bad = [Buffer.alloc(172, 0x80), Buffer.alloc(20, 1)];
  const beganMs = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - beganMs) / 1000) * badPerSec;
    for (; sent < due; sent++) stranger.send(bad[sent % 2]!, target.caller, HOST);
  }, 1);
  await sleep((SETTLE_SEC + seconds) * 1000);
  clearInterval(timer);
  printDelays('attacked');
  console.log(`attack: ${((sent * 1000) / (performance.now() - beganMs)).toFixed(0)} bad packets a second`);
  for (const socket of [control, stranger, phone]) socket.close();
}

const phones = inProcess('phones');
try {
  const report = async () => ((await once(phones, 'message')) as [PhonesReport])[0];
  const measuredSec = 2 * (SETTLE_SEC + seconds) + seconds;
  phones.send({ ngPort, calls, warmUpSec: SETTLE_SEC, seconds: measuredSec } satisfies PhonesOrder);
  await report();
  await report();
  await sleep(seconds * 1000);
  printDelays('at rest ');
  const end = report();
  await storm();
  await attack();
  const done = await end;
  if (done.kind !== 'done') throw new Error(`phones say ${done.kind}`);
  console.log(
    `calls: ${done.lost} of ${done.sent} packets lost, spacing p99 ${done.p99Ms.toFixed(1)} ms over all of it`,
  );
} finally {
  phones.kill();
  await engine.close();
}
