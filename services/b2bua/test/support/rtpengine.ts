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
  /** Comes back where it was after `crash`; the embedded one does so by itself. */
  restart(): Promise<void>;
  /** It is gone, and stays away. */
  close(): Promise<void>;
}

/** Both media servers, as far as this machine has them. */
export const mediaKinds = (): MediaKind[] =>
  hasRtpengine ? ['rtpengine-embedded', 'rtpengine'] : ['rtpengine-embedded'];

/** `timeoutSec`: how long a call without a packet lives. */
export function startMedia(kind: MediaKind, timeoutSec = 60): Promise<TestRtpengine> {
  return kind === 'rtpengine' ? startRtpengine(timeoutSec) : startEmbedded(timeoutSec);
}

async function startEmbedded(mediaTimeoutSec: number): Promise<TestRtpengine> {
  let closed: Promise<void> | undefined;
  const engine = await startSupervisedRtpengine({
    host: '127.0.0.1',
    ngHost: '127.0.0.1',
    ngPort: 0,
    rtpPorts: freeRange(),
    mediaTimeoutSec,
    logger: createLogger('b2bua-test', 'silent'),
  });
  return {
    address: { host: '127.0.0.1', port: engine.ngPort },
    crash: () => {
      for (const { pid } of engine.processes) if (pid !== undefined) process.kill(pid, 'SIGKILL');
    },
    restart: async () => undefined,
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
async function startRtpengine(timeoutSec: number): Promise<TestRtpengine> {
  const port = await freeUdpPort();
  const { min, max } = freeRange();
  const options = [
    `--listen-ng=127.0.0.1:${port}`,
    `--port-min=${min}`,
    `--port-max=${max}`,
    `--timeout=${timeoutSec}`,
  ];
  let running = await runRtpengine(options);
  const crash = () => void running.child.kill('SIGKILL');
  return {
    address: { host: '127.0.0.1', port },
    crash,
    async restart() {
      await running.exited;
      running = await runRtpengine(options);
    },
    async close() {
      crash();
      await running.exited;
    },
  };
}

async function runRtpengine(options: readonly string[]) {
  const child = spawn(
    BINARY,
    [
      '--config-file=none',
      '--table=-1',
      '--interface=127.0.0.1',
      '--foreground',
      '--log-stderr',
      '--log-level=6',
      '--num-threads=1',
      '--delete-delay=0',
      ...options,
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
  return { child, exited };
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}
