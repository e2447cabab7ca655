import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { exchange, HOST, mediaPorts, openSocket } from './engine-support.ts';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

function run(...args: string[]) {
  return spawn(process.execPath, ['--import', 'tsx', 'src/cli.ts', ...args], { cwd: PACKAGE });
}

describe('the command line', () => {
  it('serves until it is told to stop, and exits 0', async () => {
    const free = await openSocket();
    const { port } = free.address();
    free.close();
    const { min, max } = mediaPorts();
    const server = run(`--listen-ng=${HOST}:${port}`, `--port-min=${min}`, `--port-max=${max}`);
    expect(await exchange(port, { command: 'ping' })).toMatchObject({ result: 'pong' });
    server.kill('SIGTERM');
    expect(await once(server, 'exit')).toEqual([0, null]);
  });

  it('says what is wrong in one line and exits 1', async () => {
    const used = await openSocket();
    for (const [argument, said] of [
      ['--port-min=x', '--port-min'],
      [`--listen-ng=${HOST}:${used.address().port}`, 'in use'],
    ] as const) {
      const server = run(argument);
      const exited = once(server, 'exit');
      const text = (await server.stderr.toArray()).join('');
      expect(text.trim().split('\n')).toHaveLength(1);
      expect(text).toContain(said);
      expect((await exited)[0]).toBe(1);
    }
    used.close();
  });
});
