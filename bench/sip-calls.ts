/**
 * How many calls a second @ringback/drachtio-embedded carries: SIPp calls SIPp through a minimal drachtio-srf
 * `createB2BUA` application, which has a process of its own. Run: npm run bench:calls -- [options]
 *
 *   --rates 100,200,400   steps of the search, calls a second; the search goes on between the last good and the first bad
 *   --seconds 10          length of a step
 *   --server tcp://:secret@host:9022 --sip host:5060 --pid N
 *                         another server of the drachtio protocol, such as drachtio-server, measured in the same run
 *
 * CPU is that of the processes as the kernel counts it, so that what else the machine does changes it little.
 */
import { parseArgs } from 'node:util';
import { answerWithSipp, callWithSipp, hasSipp } from '@ringback/testing';
import { answerTimes } from './load/answer-times.ts';
import { percentile } from './load/percentile.ts';
import { cpuMs, rssMb } from './load/process-figures.ts';
import { ownSubject, peerSubject, type RunningServer, type Subject } from './load/subject.ts';

interface Figures {
  callsPerSecond: number;
  serverCpuMs: number;
  applicationCpuMs: number;
  answerMs: { p50: number; p95: number; p99: number };
  rssMb: { before: number; after: number };
}

interface Step {
  good: boolean;
  serverCpuMs: number;
  applicationCpuMs: number;
}

/** drachtio-server (C++) on two cores that it shared with SIPp and the application. */
const KNOWN = { callsPerSecond: 800, serverCpuMs: 1.19, p50: 4.1, p95: 6.1 };
/** How exactly the highest rate is found. */
const RESOLUTION = 25;
const ANSWERS = { calls: 300, callsPerSecond: 10 };

async function step(subject: Subject, callsPerSecond: number, seconds: number): Promise<Step> {
  const calls = callsPerSecond * seconds;
  const before = [cpuMs(subject.serverPid), cpuMs(subject.applicationPid)] as const;
  const report = await callWithSipp({ server: subject.sip, callsPerSecond, calls, timeoutSec: seconds + 35 });
  const serverCpuMs = (cpuMs(subject.serverPid) - before[0]) / calls;
  const applicationCpuMs = (cpuMs(subject.applicationPid) - before[1]) / calls;
  const good = report.succeeded === calls && report.failed === 0;
  console.log(
    `  ${subject.name} ${callsPerSecond} calls/s: ${good ? 'good' : `${calls - report.succeeded} failed`},` +
      ` ${report.retransmissions} retransmissions, server ${serverCpuMs.toFixed(2)} ms/call, application ${applicationCpuMs.toFixed(2)} ms/call`,
  );
  return { good, serverCpuMs, applicationCpuMs };
}

/** The highest rate without a failed call, and what that step cost; between the last good step and the first bad one by halving. */
async function highest(
  subject: Subject,
  rates: number[],
  seconds: number,
): Promise<[number, Step | undefined]> {
  let best: [number, Step | undefined] = [0, undefined];
  let bad: number | undefined;
  const attempt = async (rate: number) => {
    const result = await step(subject, rate, seconds);
    if (result.good) best = [rate, result];
    else bad = rate;
  };
  for (const rate of rates) if (bad === undefined) await attempt(rate);
  while (bad !== undefined && bad - best[0] > RESOLUTION) await attempt(Math.round((best[0] + bad) / 2));
  return best;
}

async function measure(subject: Subject, rates: number[], seconds: number): Promise<Figures> {
  // The first calls compile the program.
  await step(subject, 200, 10);
  const before = rssMb(subject.serverPid);
  const answerMs = await answerTimes(
    subject.sip,
    `sip:9196@${subject.sip.host}:${subject.sip.port}`,
    ANSWERS,
  );
  const [callsPerSecond, most] = await highest(subject, rates, seconds);
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(answerMs, share)) as [
    number,
    number,
    number,
  ];
  return {
    callsPerSecond,
    serverCpuMs: most?.serverCpuMs ?? Number.NaN,
    applicationCpuMs: most?.applicationCpuMs ?? Number.NaN,
    answerMs: { p50, p95, p99 },
    rssMb: { before, after: rssMb(subject.serverPid) },
  };
}

function print(
  name: string,
  { callsPerSecond, serverCpuMs, applicationCpuMs, answerMs, rssMb: rss }: Figures,
): void {
  console.log(`${name}
  calls/s without a failure      ${callsPerSecond}
  CPU per call                   server ${serverCpuMs.toFixed(2)} ms, application ${applicationCpuMs.toFixed(2)} ms
  INVITE to 200 at ${ANSWERS.callsPerSecond} calls/s      p50 ${answerMs.p50.toFixed(1)} ms, p95 ${answerMs.p95.toFixed(1)} ms, p99 ${answerMs.p99.toFixed(1)} ms
  resident memory                ${rss.before.toFixed(0)} MB before, ${rss.after.toFixed(0)} MB after`);
}

/** Above 1 ours is the better one. */
function compare(ours: Figures, other: typeof KNOWN, name: string): void {
  const ratios = {
    'calls/s': ours.callsPerSecond / other.callsPerSecond,
    'CPU per call': other.serverCpuMs / ours.serverCpuMs,
    p50: other.p50 / ours.answerMs.p50,
    p95: other.p95 / ours.answerMs.p95,
  };
  const text = Object.entries(ratios).map(([what, ratio]) => `${what} x${ratio.toFixed(2)}`);
  console.log(`ringback against ${name} (above 1: ringback is better): ${text.join(', ')}`);
}

function peerFrom(values: { server?: string; sip?: string; pid?: string }): RunningServer | undefined {
  const { server, sip, pid } = values;
  if (server === undefined) return undefined;
  if (sip === undefined || pid === undefined)
    throw new Error('--server also needs --sip host:port and --pid, the id of its process on this machine');
  const url = new URL(server.replace(/^tcp:/, 'http:'));
  const [host = '', port = '5060'] = sip.split(':');
  return {
    admin: { host: url.hostname, port: Number(url.port || 9022), secret: decodeURIComponent(url.password) },
    sip: { host, port: Number(port) },
    pid: Number(pid),
  };
}

async function measured(
  start: (callee: string) => Promise<Subject>,
  rates: number[],
  seconds: number,
): Promise<Figures> {
  const callee = await answerWithSipp();
  const subject = await start(`sip:9196@127.0.0.1:${callee.port}`);
  try {
    return await measure(subject, rates, seconds);
  } finally {
    await subject.stop();
    await callee.stop();
  }
}

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { rates: text, seconds: text, server: text, sip: text, pid: text },
  });
  if (!hasSipp) throw new Error('SIPp is needed: apt-get install sip-tester');
  const running = peerFrom(values);
  const rates = (values.rates ?? '100,200,400,600,800,1000,1200').split(',').map(Number);
  const seconds = Number(values.seconds ?? 10);
  const ours = await measured((callee) => ownSubject(callee), rates, seconds);
  const peer = running && (await measured((callee) => peerSubject(running, callee), rates, seconds));
  print('ringback', ours);
  if (peer) print('peer', peer);
  const other = peer && { ...peer, p50: peer.answerMs.p50, p95: peer.answerMs.p95 };
  compare(ours, other ?? KNOWN, other ? 'the peer' : 'known figures of drachtio-server');
}

await main();
