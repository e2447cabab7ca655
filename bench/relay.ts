/**
 * What plain relayed calls cost: @ringback/rtpengine-embedded, Debian's rtpengine if it is installed, and a bare relay of
 * Node's dgram, one after the other with the same phones. Run: npm run bench:relay -- [options]
 *
 *   --calls 100      each is two streams of PCMU, 50 packets a second each
 *   --seconds 10     measured, after 3 s in which the program gets compiled
 *   --rounds 2       each engine's turns; the one with the least CPU counts, since the machine is shared
 *   --engines ringback,rtpengine,bare
 *
 * CPU is that of the relaying process alone, as the kernel counts it: a busy machine changes it little. Spacing is between
 * the packets of a stream as a phone hears them, and is the machine's as much as the engine's.
 */
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { cpuMs, rssMb } from './load/process-figures.ts';
import { type EngineName, startEngine } from './media/engines.ts';
import type { PhonesOrder, PhonesReport } from './media/phones.ts';

interface Figures {
  engine: EngineName;
  cpuPercent: number;
  p50Ms: number;
  p99Ms: number;
  sent: number;
  lost: number;
  rssMbPerCall: number;
  loopDelayP99Ms: number | undefined;
}

async function measure(name: EngineName, calls: number, seconds: number): Promise<Figures> {
  const engine = await startEngine(name);
  const phones = fork(new URL('media/phones.ts', import.meta.url), { execArgv: ['--import', 'tsx'] });
  const report = async () => ((await once(phones, 'message')) as [PhonesReport])[0];
  try {
    phones.send({ ngPort: engine.ngPort, calls, warmUpSec: 3, seconds } satisfies PhonesOrder);
    await report();
    await report();
    const [beganMs, usedMs] = [performance.now(), cpuMs(engine.pid)];
    const done = await report();
    const cpuPercent = ((cpuMs(engine.pid) - usedMs) / (performance.now() - beganMs)) * 100;
    if (done.kind !== 'done') throw new Error(`phones say ${done.kind}`);
    const { p50Ms, p99Ms, sent, lost } = done;
    const rssMbPerCall = rssMb(engine.pid) / calls;
    const loopDelayP99Ms = engine.loopDelayP99Ms?.();
    return { engine: name, cpuPercent, p50Ms, p99Ms, sent, lost, rssMbPerCall, loopDelayP99Ms };
  } finally {
    phones.kill();
    await engine.stop();
  }
}

function print(figures: Figures): void {
  const { engine, cpuPercent, p50Ms, p99Ms, sent, lost, rssMbPerCall, loopDelayP99Ms } = figures;
  const loop = loopDelayP99Ms === undefined ? '' : `, event loop late by p99 ${loopDelayP99Ms.toFixed(1)} ms`;
  console.log(
    `${engine.padEnd(10)} CPU ${cpuPercent.toFixed(1)} % of a core, spacing p50 ${p50Ms.toFixed(1)} ms p99 ${p99Ms.toFixed(1)} ms,` +
      ` ${lost} of ${sent} packets lost, ${rssMbPerCall.toFixed(2)} MB a call, the whole process counted${loop}`,
  );
}

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { calls: text, seconds: text, rounds: text, engines: text } });
  const installed = spawnSync('rtpengine', ['--version'], { stdio: 'ignore' }).error === undefined;
  const asked = (values.engines ?? 'ringback,rtpengine,bare').split(',') as EngineName[];
  const engines = asked.filter((engine) => engine !== 'rtpengine' || installed);
  const best = new Map<EngineName, Figures>();
  for (let round = 0; round < Number(values.rounds ?? 2); round++) {
    for (const engine of engines) {
      const figures = await measure(engine, Number(values.calls ?? 100), Number(values.seconds ?? 10));
      print(figures);
      const known = best.get(engine);
      if (!known || figures.cpuPercent < known.cpuPercent) best.set(engine, figures);
    }
  }
  const ours = best.get('ringback');
  for (const other of best.values()) {
    if (!ours || other === ours) continue;
    console.log(`ringback / ${other.engine}: CPU x${(ours.cpuPercent / other.cpuPercent).toFixed(2)}`);
  }
}

await main();
