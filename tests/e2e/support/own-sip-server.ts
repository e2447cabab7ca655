import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { run } from '@ringback/testing';
import { ROOT } from './network.ts';
import { freePort } from './ports.ts';

/** Our SIP server as a program of its own: it can be killed, and its applications be cut off from it. */
export interface OwnSipServer {
  /** For DRACHTIO_URL. */
  readonly url: string;
  /** No application has a connection to it any more; phones have. */
  cut(): void;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const SECRET = 'shared-secret';

/** `env`: the settings of the network that it is for. */
export async function startOwnSipServer(env: Record<string, string>): Promise<OwnSipServer> {
  const adminPort = await freePort();
  const server = run(
    process.execPath,
    [
      ...['--import', 'tsx', 'packages/drachtio-embedded/src/cli.ts'],
      ...['--contact', `sip:127.0.0.1:${env.RINGBACK_SIP_PORT};transport=udp,tcp`],
      ...['--contact', `sip:127.0.0.1:${env.RINGBACK_SIP_WS_PORT};transport=ws`],
      ...['--address', '127.0.0.1', '--port', String(adminPort), '--secret', SECRET],
      ...['--homer', `127.0.0.1:${env.RINGBACK_HEP_PORT}`, '--homer-id', '1'],
    ],
    { cwd: ROOT },
  );
  await server.printed(/ready/);
  const way = await openWay(adminPort);
  return {
    url: `tcp://:${SECRET}@127.0.0.1:${way.port}`,
    cut: way.close,
    async kill() {
      server.child.kill('SIGKILL');
      await server.ended();
    },
    async stop() {
      way.close();
      await server.stop();
    },
  };
}

/** Passes connections on to a port, until it is closed. */
async function openWay(to: number): Promise<{ port: number; close(): void }> {
  const open = new Set<Socket>();
  const keep = (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    // An error is followed by the close of both.
    socket.on('error', () => socket.destroy());
  };
  const way: Server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    keep(near);
    keep(far);
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  }).listen(0, '127.0.0.1');
  await once(way, 'listening');
  return {
    port: (way.address() as { port: number }).port,
    close() {
      way.close();
      for (const socket of open) socket.destroy();
    },
  };
}
