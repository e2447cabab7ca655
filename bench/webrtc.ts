/**
 * Browsers bridged with plain phones by @ringback/rtpengine-embedded: set-up time, CPU, memory, loss. The browsers are
 * connections of libdatachannel in another process; half of the calls come from them. Run: npm run bench:webrtc -- [options]
 *
 *   --calls 50   --rate 10    calls, and how many are set up a second; 0: one after the other, as fast as it goes
 *   --hold 10                 seconds for which they are held, packets counted
 *   --rounds 1                the same again in the same engine: what memory grows by
 *
 * Memory a call is that of the whole process, since what was used to load it is given back at some time while calls are up: with
 * 200 calls and more it tells something.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { cpuMs, rssMb } from './load/process-figures.ts';
import { startEngine } from './media/engines.ts';
import { NgControl } from './media/ng.ts';
import type { SetupTimes, WebRtcOrder, WebRtcReport } from './media/webrtc-calls.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { calls: text, rate: text, hold: text, rounds: text } });
const calls = Number(values.calls ?? 50);
const holdSec = Number(values.hold ?? 10);
const callsPerSecond = Number(values.rate ?? 10);

const percentile = (list: number[], share: number) =>
  [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))] ?? Number.NaN;

function printTimes(setups: SetupTimes[], caller: SetupTimes['caller']): void {
  const of = setups.filter((setup) => setup.caller === caller);
  const line = (hears: 'browserHearsMs' | 'phoneHearsMs') => {
    const list = of.map((setup) => setup[hears]);
    return `p50 ${percentile(list, 0.5).toFixed(0)} p95 ${percentile(list, 0.95).toFixed(0)} max ${Math.max(...list).toFixed(0)} ms, ${list.filter((ms) => ms > 500).length} of ${list.length} over 500 ms`;
  };
  console.log(
    `  ${caller} calls: browser hears after ${line('browserHearsMs')}, phone after ${line('phoneHearsMs')}`,
  );
}

async function round(engine: Awaited<ReturnType<typeof startEngine>>): Promise<void> {
  const { ngPort, pid } = engine;
  const peers = fork(new URL('media/webrtc-calls.ts', import.meta.url), { execArgv: ['--import', 'tsx'] });
  const report = async () => ((await once(peers, 'message')) as [WebRtcReport])[0];
  const idleMb = rssMb(pid);
  const idleCpuMs = cpuMs(pid);
  peers.send({ ngPort, calls, callsPerSecond, holdSec } satisfies WebRtcOrder);
  const half = await report();
  const halfMb = rssMb(pid);
  const up = await report();
  const [beganMs, usedMs] = [performance.now(), cpuMs(pid)];
  const done = await report();
  if (half.kind !== 'half' || up.kind !== 'up' || done.kind !== 'done')
    throw new Error('the peers are out of step');
  const cpuPercent = ((cpuMs(pid) - usedMs) / (performance.now() - beganMs)) * 100;
  const heldMb = rssMb(pid);
  console.log(
    `${calls} calls in ${(up.setUpMs / 1000).toFixed(1)} s (${((calls * 1000) / up.setUpMs).toFixed(1)} a second), ${up.failed} without media`,
  );
  printTimes(up.setups, 'browser');
  printTimes(up.setups, 'phone');
  console.log(
    `  set-up ${((usedMs - idleCpuMs) / calls).toFixed(1)} ms of CPU a call; held: ${(cpuPercent / calls).toFixed(2)} % of a core a call,` +
      ` ${done.lost} of ${done.sent} packets lost, event loop late by p99 ${engine.loopDelayP99Ms?.().toFixed(1)} ms`,
  );
  const control = await NgControl.open(ngPort);
  for (let i = 0; i < calls; i++)
    await control.command({ command: 'delete', 'call-id': `webrtc-${peers.pid}-${i}` });
  control.close();
  await wait(1000);
  console.log(
    `  resident ${idleMb.toFixed(0)} MB before, ${halfMb.toFixed(0)} MB with half of the calls, ${heldMb.toFixed(0)} MB with all` +
      ` (${(heldMb / calls).toFixed(2)} MB a call, the whole process counted), ${rssMb(pid).toFixed(0)} MB after`,
  );
}

const engine = await startEngine('ringback');
try {
  for (let i = 0; i < Number(values.rounds ?? 1); i++) await round(engine);
} finally {
  await engine.stop();
}
