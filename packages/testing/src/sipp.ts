import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram } from './program.ts';
import { type SippReport, sippReport } from './sipp-report.ts';

/** Whether SIPp (Debian's `sip-tester`) is installed. */
export const hasSipp = findProgram('sipp') !== undefined;

export interface SippCalls {
  /** The SIP server that is called, by UDP. */
  server: { host: string; port: number };
  callsPerSecond: number;
  calls: number;
  /** `overload`: 503 with Retry-After is as good an answer as any. The default, `caller`, has every call answered. */
  scenario?: 'caller' | 'overload';
  /** How long an answered call lasts. */
  callMs?: number;
  /** Beyond it SIPp gives up what is still open, and counts it as failed. */
  timeoutSec: number;
}

/** SIPp being called: it rings, answers, and waits for the BYE. */
export interface SippCallee {
  readonly port: number;
  /** Ends it once its calls are over, and tells how they went. */
  stop(): Promise<SippReport>;
}

const scenario = (name: string) => fileURLToPath(new URL(`./sipp/${name}.xml`, import.meta.url));

/** Makes calls with SIPp, each INVITE to BYE, and tells how they went. */
export async function callWithSipp(options: SippCalls): Promise<SippReport> {
  const { server, callsPerSecond, calls, scenario: name = 'caller', callMs = 0, timeoutSec } = options;
  const port = await freeUdpPort();
  const sipp = await start(name, port, [
    `${server.host}:${server.port}`,
    ...['-r', String(callsPerSecond), '-m', String(calls), '-l', String(calls), '-d', String(callMs)],
    ...['-trace_rtt', '-rtt_freq', '1', '-timeout', `${timeoutSec}s`, '-timeout_error'],
  ]);
  return sipp.report();
}

export async function answerWithSipp(): Promise<SippCallee> {
  const port = await freeUdpPort();
  // A call whose caller is gone must not keep it running.
  const sipp = await start('callee', port, ['-recv_timeout', '64s']);
  return {
    port,
    stop: () => {
      // SIPp's signal for "no new calls, and end with the last one".
      sipp.process.kill('SIGUSR1');
      return sipp.report();
    },
  };
}

async function start(
  name: string,
  port: number,
  own: string[],
): Promise<{ process: ChildProcess; report(): Promise<SippReport> }> {
  const directory = await mkdtemp(join(tmpdir(), 'ringback-sipp-'));
  const args = [
    ...own,
    ...['-sf', scenario(name), '-i', '127.0.0.1', '-mi', '127.0.0.1', '-p', String(port), '-t', 'u1'],
    ...['-trace_stat', '-stf', 'statistics.csv', '-fd', '1', '-nostdin', '-buff_size', '4000000'],
  ];
  const child = spawn('sipp', args, { cwd: directory, stdio: 'ignore' });
  const kill = () => void child.kill();
  process.once('exit', kill);
  const ended = once(child, 'exit').finally(() => process.removeListener('exit', kill));
  return {
    process: child,
    report: async () => {
      await ended;
      try {
        const statistics = await readFile(join(directory, 'statistics.csv'), 'utf8');
        const times = (await readdir(directory)).find((file) => file.endsWith('_rtt.csv'));
        return sippReport(
          statistics,
          times === undefined ? '' : await readFile(join(directory, times), 'utf8'),
        );
      } finally {
        await rm(directory, { recursive: true });
      }
    },
  };
}

/** A port of 127.0.0.1 that was free a moment ago. */
async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}
