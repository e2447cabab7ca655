/**
 * What it costs to be asked how calls fare: a media server as it runs alone, whose calls are asked about by turns, as the b2bua
 * does. Run: npm run bench:queries -- [--calls 200] [--rate 50] [--seconds 20]
 *
 * CPU is that of the process that speaks NG and of the one that has the calls, with and without queries by turns of a second,
 * since the machine is shared; the difference is what they cost.
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { NgEngineStatistics } from '@ringback/rtpengine-ng';
import { cpuMs } from './load/process-figures.ts';
import { HOST, NgControl, openSocket } from './media/ng.ts';
import type { PhonesOrder, PhonesReport } from './media/phones.ts';

const WARM_UP_SEC = 3;
const TURN_MS = 1000;
const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { calls: text, rate: text, seconds: text } });
const calls = Number(values.calls ?? 200);
const rate = Number(values.rate ?? 50);
const seconds = Number(values.seconds ?? 20);

async function freePort(): Promise<number> {
  const probe = await openSocket();
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/** As `npm run rtpengine` starts it: NG in one process, calls in another. */
async function startAlone() {
  const ngPort = await freePort();
  const cli = new URL('../packages/rtpengine-embedded/src/cli.ts', import.meta.url).pathname;
  const options = [`--interface=${HOST}`, `--listen-ng=${HOST}:${ngPort}`, '--log-level=3'];
  const ports = ['--port-min=20000', `--port-max=${20_000 + 4 * calls + 99}`];
  const server = spawn(process.execPath, ['--import', 'tsx', cli, ...options, ...ports], {
    stdio: 'inherit',
  });
  const control = await NgControl.open(ngPort);
  await control.command({ command: 'ping' });
  const { statistics } = (await control.command({ command: 'statistics' })) as unknown as {
    statistics: NgEngineStatistics & { processes: { pid: number }[] };
  };
  const stop = async () => {
    control.close();
    const exited = once(server, 'exit');
    server.kill('SIGTERM');
    await exited;
  };
  return { ngPort, control, pids: [server.pid ?? 0, statistics.processes[0]?.pid ?? 0], stop };
}

/** One after the other at an even pace; resolves when the last is answered. */
async function ask(control: NgControl, nameOf: (call: number) => string, count: number): Promise<void> {
  const beganMs = performance.now();
  const asked: Promise<unknown>[] = [];
  for (let i = 0; i < count; i++) {
    await wait(Math.max(0, beganMs + (i * TURN_MS) / count - performance.now()));
    asked.push(control.command({ command: 'query', 'call-id': nameOf(i) }));
  }
  await Promise.all(asked);
  await wait(Math.max(0, beganMs + TURN_MS - performance.now()));
}

const { ngPort, control, pids, stop } = await startAlone();
const phones = fork(new URL('media/phones.ts', import.meta.url), { execArgv: ['--import', 'tsx'] });
try {
  const report = async () => ((await once(phones, 'message')) as [PhonesReport])[0];
  phones.send({ ngPort, calls, warmUpSec: WARM_UP_SEC, seconds } satisfies PhonesOrder);
  await report();
  await report();
  const used = { without: [0, 0], with: [0, 0] };
  let next = 0;
  const nameOf = () => `call-${phones.pid}-${next++ % calls}`;
  for (let second = 0; second + 1 < seconds; second++) {
    const turn = second % 2 === 0 ? 'without' : 'with';
    const before = pids.map(cpuMs);
    await (turn === 'with' ? ask(control, nameOf, rate) : wait(TURN_MS));
    for (const [i, pid] of pids.entries()) used[turn][i]! += cpuMs(pid) - before[i]!;
  }
  const turns = { without: Math.ceil((seconds - 1) / 2), with: Math.floor((seconds - 1) / 2) };
  for (const [i, name] of ['speaks NG', 'has the calls'].entries()) {
    const [idle, busy] = [used.without[i]! / turns.without, used.with[i]! / turns.with].map((ms) => ms / 10);
    const each = ((busy! - idle!) * 10) / rate;
    console.log(
      `the process that ${name}: ${idle!.toFixed(1)} % of a core for ${calls} calls, ${busy!.toFixed(1)} % with ${rate} queries a second:` +
        ` ${(busy! - idle!).toFixed(1)} % more, ${each.toFixed(2)} ms each`,
    );
  }
} finally {
  phones.kill();
  await stop();
}
