import { join } from 'node:path';
import { type RunningProcess, run } from '@ringback/testing';
import { ROOT } from './network.ts';

export interface SippCall {
  /** A scenario of `tests/e2e/sipp`, without `.xml`, or the path of another. */
  scenario: string;
  target: { host: string; port: number };
  localPort: number;
  transport?: 'udp' | 'tcp';
  credentials?: { number: string; password: string };
  /** Values for the scenario's own `[name]` keywords. */
  keywords?: Record<string, string | number>;
  /** Where the files are that the scenario plays. */
  directory?: string;
}

/** Runs one call of a SIPp scenario; it ends with 0 when the scenario went as it is written. */
export function sipp(call: SippCall): RunningProcess {
  const { scenario, target, localPort, transport = 'udp', credentials, keywords = {}, directory } = call;
  const own = credentials ? { number: credentials.number, ...keywords } : keywords;
  const args = [
    `${target.host}:${target.port}`,
    ...['-sf', scenario.endsWith('.xml') ? scenario : join(ROOT, `tests/e2e/sipp/${scenario}.xml`)],
    ...['-i', '127.0.0.1', '-mi', '127.0.0.1', '-p', String(localPort)],
    ...['-t', transport === 'udp' ? 'u1' : 't1'],
    ...(credentials ? ['-au', credentials.number, '-ap', credentials.password] : []),
    ...Object.entries(own).flatMap(([name, value]) => ['-key', name, String(value)]),
    ...['-m', '1', '-nostdin', '-timeout', '60s', '-timeout_error'],
  ];
  return run('sipp', args, directory === undefined ? {} : { cwd: directory });
}

/** @throws with all that SIPp printed when the scenario did not go as it is written. */
export async function succeeded(process: RunningProcess): Promise<void> {
  const code = await process.ended();
  if (code !== 0) throw new Error(`sipp ended with ${code}:\n${process.output()}`);
}
