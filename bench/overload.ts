/**
 * What a second @ringback/drachtio-embedded does with more calls than its application can take: SIPp calls SIPp through a
 * minimal `createB2BUA` application. Prints how many were taken and how many refused with 503 and Retry-After, and after what
 * time. Run: npm run bench:overload -- [--rate 4000] [--seconds 10]
 */
import { parseArgs } from 'node:util';
import { answerWithSipp, callWithSipp, hasSipp } from '@ringback/testing';
import { percentile } from './load/percentile.ts';
import { ownSubject } from './load/subject.ts';

const times = (ms: number[]) =>
  [0.5, 0.95, 0.99, 1].map((share) => `p${share * 100} ${percentile(ms, share).toFixed(1)} ms`).join(', ');

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { rate: text, seconds: text } });
  if (!hasSipp) throw new Error('SIPp is needed: apt-get install sip-tester');
  const callsPerSecond = Number(values.rate ?? '4000');
  const seconds = Number(values.seconds ?? '10');
  const callee = await answerWithSipp();
  const subject = await ownSubject(`sip:9196@127.0.0.1:${callee.port}`);
  try {
    // The first calls compile the program.
    await callWithSipp({ server: subject.sip, callsPerSecond: 50, calls: 250, timeoutSec: 30 });
    const report = await callWithSipp({
      server: subject.sip,
      scenario: 'overload',
      callsPerSecond,
      calls: callsPerSecond * seconds,
      timeoutSec: seconds + 60,
    });
    const left = await subject.holdings?.();
    console.log(`${report.calls} calls at ${callsPerSecond} a second
  taken     ${report.answerMs.length}, INVITE to 200 ${times(report.answerMs)}
  refused   ${report.refusalMs.length}, INVITE to 503 ${times(report.refusalMs)}
  failed    ${report.failed}, ${report.retransmissions} retransmissions
  left over ${left?.dialogs} dialogs; refused by reason ${JSON.stringify(left?.refused)}`);
  } finally {
    await subject.stop();
    await callee.stop();
  }
}

await main();
