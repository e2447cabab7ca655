import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { startSupervisedRtpengine } from '@ringback/rtpengine-embedded';
import { createLogger } from '@ringback/runtime';
import { openNgClient } from './ng-client.ts';

export type RunningEngine = {
  /** Over UDP. */
  ngPort: number;
  ngTcpPort: number;
  /** HTTP and WebSocket. */
  httpPort: number;
  stop(): Promise<void>;
};
export type MediaEngine = {
  name: 'embedded' | 'debian';
  start(options?: EngineOptions): Promise<RunningEngine>;
};
/** `homerPort`: of a HEP collector on the loopback. */
export type EngineOptions = { homerPort?: number };

/** Ports of this run: apart from the defaults and from other files that run at the same time. */
function mediaPorts(): { min: number; max: number } {
  const min = 20_000 + 2 * Math.floor(Math.random() * 4000);
  return { min, max: min + 199 };
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

async function freeTcpPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const embedded: MediaEngine = {
  name: 'embedded',
  start: async ({ homerPort } = {}) => {
    const engine = await startSupervisedRtpengine({
      host: '127.0.0.1',
      ngHost: '127.0.0.1',
      ngPort: 0,
      interfaces: [{ name: 'six', host: '::1' }],
      ngTcp: { host: '127.0.0.1', port: 0 },
      http: { host: '127.0.0.1', port: 0 },
      rtpPorts: mediaPorts(),
      ...(homerPort && { homer: { host: '127.0.0.1', port: homerPort, protocol: 'udp', captureId: 77 } }),
      logger: createLogger('rtpengine', 'error'),
    });
    const { udp, tcp = 0, http = 0 } = engine.ngPorts;
    return { ngPort: udp, ngTcpPort: tcp, httpPort: http, stop: () => engine.close() };
  },
};

/** Debian's rtpengine 10.5, a real one in user space. */
const debian: MediaEngine = {
  name: 'debian',
  start: async ({ homerPort } = {}) => {
    const ngPort = await freeUdpPort();
    const ngTcpPort = await freeTcpPort();
    const httpPort = await freeTcpPort();
    const { min, max } = mediaPorts();
    const server = spawn(
      'rtpengine',
      [
        '--config-file=none',
        '--table=-1',
        '--interface=default/127.0.0.1',
        '--interface=six/::1',
        `--listen-ng=127.0.0.1:${ngPort}`,
        `--listen-tcp-ng=127.0.0.1:${ngTcpPort}`,
        `--listen-http=127.0.0.1:${httpPort}`,
        '--foreground',
        '--log-stderr',
        '--log-level=3',
        `--port-min=${min}`,
        `--port-max=${max}`,
        '--num-threads=2',
        '--delete-delay=0',
        '--timeout=60',
        ...(homerPort ? [`--homer=127.0.0.1:${homerPort}`, '--homer-protocol=udp', '--homer-id=77'] : []),
      ],
      { stdio: 'ignore' },
    );
    const exited = once(server, 'exit');
    // It survives its parent: a test that fails before `stop` would leave it behind.
    const killLeftOver = () => server.kill('SIGKILL');
    process.once('exit', killLeftOver);
    const client = await openNgClient(ngPort);
    for (let attempt = 0; ; attempt++) {
      const pong = await Promise.race([client.send('ping'), afterMs(200)]).catch(() => undefined);
      if (pong) break;
      if (attempt > 50) throw new Error('rtpengine does not answer');
    }
    client.close();
    return {
      ngPort,
      ngTcpPort,
      httpPort,
      stop: async () => {
        process.off('exit', killLeftOver);
        server.kill('SIGTERM');
        await exited;
      },
    };
  },
};

export function afterMs(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}

function installed(command: string): boolean {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** Every engine that can run here; the embedded one always can. */
export const ENGINES: readonly MediaEngine[] = installed('rtpengine') ? [embedded, debian] : [embedded];

/** Waits for something that real time brings, with a limit that only a fault reaches. */
export async function until<T>(
  what: string,
  probe: () => T | Promise<T>,
  limitMs = 15_000,
): Promise<NonNullable<T>> {
  const began = performance.now();
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (performance.now() - began > limitMs) throw new Error(`waited ${limitMs} ms for ${what}`);
    await afterMs(20);
  }
}
