import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { startSupervisedRtpengine } from '@ringback/rtpengine-embedded';
import { createLogger, type HostAndPort } from '@ringback/runtime';

/** Which media server a network runs on; everything must hold on both. */
export type MediaKind = 'rtpengine' | 'rtpengine-embedded';

export interface TestRtpengine {
  readonly address: HostAndPort;
  /** It dies and forgets its calls; the embedded one comes back by itself. */
  crash(): void;
  /** It is gone, and stays away. */
  close(): Promise<void>;
}

/** Both media servers, as far as this machine has them. */
export const mediaKinds = (): MediaKind[] =>
  hasRtpengine ? ['rtpengine-embedded', 'rtpengine'] : ['rtpengine-embedded'];

export function startMedia(kind: MediaKind): Promise<TestRtpengine> {
  return kind === 'rtpengine' ? startRtpengine() : startEmbedded();
}

async function startEmbedded(): Promise<TestRtpengine> {
  let closed: Promise<void> | undefined;
  const engine = await startSupervisedRtpengine({
    host: '127.0.0.1',
    ngHost: '127.0.0.1',
    ngPort: 0,
    rtpPorts: freeRange(),
    logger: createLogger('b2bua-test', 'silent'),
  });
  return {
    address: { host: '127.0.0.1', port: engine.ngPort },
    crash: () => {
      for (const { pid } of engine.processes) if (pid !== undefined) process.kill(pid, 'SIGKILL');
    },
    close: () => {
      closed ??= engine.close();
      return closed;
    },
  };
}

/** A range of its own for each network, so that tests that run side by side do not meet. */
function freeRange(): { min: number; max: number } {
  const min = 20_000 + Math.floor(Math.random() * 120) * 200;
  return { min, max: min + 199 };
}

const BINARY = '/usr/bin/rtpengine';

const hasRtpengine = existsSync(BINARY);

/** Debian's rtpengine on free ports of the loopback. */
async function startRtpengine(): Promise<TestRtpengine> {
  const port = await freeUdpPort();
  const { min, max } = freeRange();
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
      `--port-min=${min}`,
      `--port-max=${max}`,
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
    crash: stop,
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
