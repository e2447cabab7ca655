import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startSupervisedRtpengine } from '../src/index.ts';
import {
  exchange,
  HOST,
  joinPhones,
  mediaPorts,
  openSocket,
  startEngine,
  TestPhone,
  until,
} from './engine-support.ts';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

const ping = (port: number) => exchange(port, { command: 'ping' });

describe('the supervised media server', () => {
  it('is started again on the same port when its process dies, and tells', async () => {
    const crashes: unknown[] = [];
    const engine = await startEngine({ onCrash: (crash) => crashes.push(crash) });
    const { pid, ngPort } = engine;
    process.kill(pid!, 'SIGKILL');
    await until('the crash to be told', () => crashes.length === 1);
    expect(crashes).toEqual([{ code: null, signal: 'SIGKILL' }]);
    expect(await ping(ngPort)).toMatchObject({ result: 'pong' });
    expect(engine.ngPort).toBe(ngPort);
    expect(engine.pid).not.toBe(pid);
    const second = engine.pid!;
    await engine.close();
    expect([alive(pid!), alive(second)]).toEqual([false, false]);
  });

  it('gives up its process when closed between two lives', async () => {
    const engine = await startEngine();
    const crashed = engine.pid!;
    process.kill(crashed, 'SIGKILL');
    await until('the crash', () => engine.pid !== crashed);
    await engine.close();
    if (engine.pid !== undefined) expect(alive(engine.pid)).toBe(false);
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
        rtpPorts: ${JSON.stringify(mediaPorts())}, logger: createLogger('x', 'silent') })
        .then((engine) => console.log(engine.pid));`;
    const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      cwd: PACKAGE,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface({ input: parent.stdout }), 'line');
    const child = Number(line);
    expect(alive(child)).toBe(true);
    parent.kill('SIGKILL');
    await until('the orphan to end', () => !alive(child));
  });

  it('frees a call in which nothing is heard for the media timeout', async () => {
    const engine = await startEngine({ mediaTimeoutSec: 1 });
    const [alice, bob] = [await TestPhone.open(), await TestPhone.open()];
    await joinPhones(engine.ngPort, 'silent', alice, bob);
    await until('the call to be freed', async () => {
      const reply = await exchange(engine.ngPort, { command: 'query', 'call-id': 'silent' });
      return reply['error-reason'] === 'Unknown call-id';
    });
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
    expect(lines[0]).toEqual([
      expect.objectContaining({ ng: `${HOST}:${engine.ngPort}` }),
      'media server ready',
    ]);
    expect(lines[1]).toEqual([expect.objectContaining({ command: 'ping', result: 'pong' }), 'NG']);
    await engine.close();
  });
});
