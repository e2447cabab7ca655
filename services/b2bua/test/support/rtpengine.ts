import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { HostAndPort } from '@ringback/runtime';

export interface TestRtpengine {
  readonly address: HostAndPort;
  /** Stops it where it stands, as a crash would. */
  kill(): void;
  close(): Promise<void>;
}

const BINARY = '/usr/bin/rtpengine';

export const hasRtpengine = existsSync(BINARY);

/** Debian's rtpengine on free ports of the loopback. */
export async function startRtpengine(): Promise<TestRtpengine> {
  const port = await freeUdpPort();
  const rtp = 20_000 + Math.floor(Math.random() * 150) * 200;
  const child = spawn(
    BINARY,
    [
      '--config-file=none',
      '--table=-1',
      '--interface=127.0.0.1',
      `--listen-ng=127.0.0.1:${port}`,
      '--foreground',
      '--log-stderr',
      '--log-level=6',
      `--port-min=${rtp}`,
      `--port-max=${rtp + 199}`,
      '--num-threads=1',
      '--delete-delay=0',
      '--timeout=60',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const exited = once(child, 'exit');
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      if (chunk.includes('Startup complete')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`rtpengine ended with ${code}`)));
  });
  const stop = () => void child.kill('SIGKILL');
  return {
    address: { host: '127.0.0.1', port },
    kill: stop,
    async close() {
      stop();
      await exited;
    },
  };
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}
