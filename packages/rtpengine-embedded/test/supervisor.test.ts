import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { type Crash, startSupervisedRtpengine } from '../src/index.ts';
import {
  exchange,
  HOST,
  joinPhones,
  mediaPorts,
  openSocket,
  pids,
  startEngine,
  TestPhone,
  until,
} from './engine-support.ts';

// A process takes a second to start, and many on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Processes that this one has started, as Linux lists them. */
function childrenOf(pid: number): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return list === '' ? [] : list.split(' ').map(Number);
}

const ping = (port: number) => exchange(port, { command: 'ping' });

describe('the supervised media server', () => {
  it('is started again when its process dies, and tells', async () => {
    const crashes: Crash[] = [];
    const engine = await startEngine({ onCrash: (crash) => crashes.push(crash) });
    const [first] = pids(engine);
    process.kill(first!, 'SIGKILL');
    await until('the crash to be told', () => crashes.length === 1);
    expect(crashes).toEqual([{ pid: first, code: null, signal: 'SIGKILL', hung: false, callIds: [] }]);
    expect(await ping(engine.ngPort)).toMatchObject({ result: 'error' });
    await until('the next process', async () => (await ping(engine.ngPort)).result === 'pong', 30_000);
    const [second] = pids(engine);
    expect(second).not.toBe(first);
    expect(engine.processes).toEqual([expect.objectContaining({ pid: second, calls: 0, deaths: 1 })]);
    await engine.close();
    expect([alive(first!), alive(second!)]).toEqual([false, false]);
  });

  it('gives up its process when closed between two lives', async () => {
    const crashes: Crash[] = [];
    const engine = await startEngine({ onCrash: (crash) => crashes.push(crash) });
    const [first] = pids(engine);
    process.kill(first!, 'SIGKILL');
    await until('the crash', () => crashes.length === 1);
    const children = childrenOf(process.pid);
    await until('the next process to be starting', () => childrenOf(process.pid).length > children.length);
    const starting = childrenOf(process.pid);
    await engine.close();
    expect(starting.filter((pid) => !children.includes(pid)).map(alive)).toEqual([false]);
  });

  it('takes a new call while its only process is being started again', async () => {
    const crashes: Crash[] = [];
    const engine = await startEngine({ onCrash: (crash) => crashes.push(crash) });
    process.kill(pids(engine)[0]!, 'SIGKILL');
    await until('the crash', () => crashes.length === 1);
    const alice = await TestPhone.open();
    const offer = { command: 'offer', 'call-id': 'after', 'from-tag': 'a', sdp: alice.describe() };
    // Waits for the process; once more should the machine be so busy that it takes longer than an offer waits.
    await until(
      'the offer to be taken',
      async () => (await exchange(engine.ngPort, offer)).result === 'ok',
      30_000,
    );
    alice.close();
    await engine.close();
  });

  it('says which port is in use', async () => {
    const other = await openSocket();
    const { port } = other.address();
    await expect(startEngine({ ngPort: port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      message: expect.stringContaining(`${HOST}:${port}`),
    });
    other.close();
  });

  it('ends when its parent vanishes', async () => {
    const script = `
      import { startSupervisedRtpengine } from '@ringback/rtpengine-embedded';
      import { createLogger } from '@ringback/runtime';
      startSupervisedRtpengine({ host: '127.0.0.1', ngHost: '127.0.0.1', ngPort: 0,
        rtpPorts: ${JSON.stringify(mediaPorts())}, processes: 2, logger: createLogger('x', 'silent') })
        .then((engine) => console.log(engine.processes.map(({ pid }) => pid).join()));`;
    const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      cwd: PACKAGE,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface({ input: parent.stdout }), 'line');
    const children = String(line).split(',').map(Number);
    expect(children.map(alive)).toEqual([true, true]);
    parent.kill('SIGKILL');
    await until('the orphans to end', () => !children.some(alive));
  });

  it('frees a call in which nothing is heard for the media timeout', async () => {
    const engine = await startEngine({ mediaTimeoutSec: 1 });
    const [alice, bob] = [await TestPhone.open(), await TestPhone.open()];
    await joinPhones(engine.ngPort, 'silent', alice, bob);
    await until('the call to be freed', async () => {
      const reply = await exchange(engine.ngPort, { command: 'query', 'call-id': 'silent' });
      return reply['error-reason'] === 'Unknown call-id';
    });
    expect(engine.processes).toEqual([expect.objectContaining({ calls: 0 })]);
    alice.close();
    bob.close();
    await engine.close();
  });

  it('passes the log of its process on', async () => {
    const lines: unknown[] = [];
    const { createLogger } = await import('@ringback/runtime');
    const logger = createLogger('rtpengine', 'debug');
    logger.debug = (...line: unknown[]) => void lines.push(line);
    logger.info = (...line: unknown[]) => void lines.push(line);
    const engine = await startSupervisedRtpengine({
      host: HOST,
      ngHost: HOST,
      ngPort: 0,
      rtpPorts: mediaPorts(),
      logger,
    });
    await ping(engine.ngPort);
    await until('the lines', () => lines.length >= 2);
    // From two processes: either may come first.
    expect(lines).toContainEqual([expect.objectContaining({ media: HOST }), 'media ready']);
    expect(lines).toContainEqual([expect.objectContaining({ command: 'ping', result: 'pong' }), 'NG']);
    await engine.close();
  });
});
