/**
 * The RTP clock of the voice and of played media under many streams of 50 packets a second: packets sent against those due,
 * how far their spacing is from 20 ms, CPU. Run: npm run bench:pacing -- [--streams 50,500,1000] [--seconds 10]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { openSocket } from './media/ng.ts';
import type { PacingOrder, PacingReport } from './media/paced-streams.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { streams: text, seconds: text } });
const sink = await openSocket();
for (const streams of (values.streams ?? '50,500,1000').split(',').map(Number)) {
  const sender = fork(new URL('media/paced-streams.ts', import.meta.url), { execArgv: ['--import', 'tsx'] });
  const order = { streams, seconds: Number(values.seconds ?? 10), sinkPort: sink.address().port };
  sender.send(order satisfies PacingOrder);
  const [report] = (await once(sender, 'message')) as [PacingReport];
  const { sent, expected, p50Ms, p99Ms, maxMs, cpuPercent } = report;
  console.log(
    `${streams} streams: ${sent} of ${expected} packets sent (${(((sent - expected) / expected) * 100).toFixed(2)} %),` +
      ` 20 ms off by p50 ${p50Ms.toFixed(1)} p99 ${p99Ms.toFixed(1)} max ${maxMs.toFixed(1)} ms,` +
      ` CPU ${cpuPercent.toFixed(1)} % of a core, ${(cpuPercent / streams).toFixed(3)} % a stream`,
  );
}
sink.close();
