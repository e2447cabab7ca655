import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port of 127.0.0.1 that was free for TCP and UDP a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const udp = createSocket('udp4');
  const udpIsFree = await new Promise<boolean>((resolve) => {
    udp.once('error', () => resolve(false));
    udp.bind(port, '127.0.0.1', () => resolve(true));
  });
  if (udpIsFree) udp.close();
  server.close();
  await once(server, 'close');
  return udpIsFree ? port : freePort();
}

export function freePorts(count: number): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, freePort));
}

/** A free port whose neighbour above is free as well: baresip takes both, for SIP and for SIP over TLS. */
export async function freePortPair(): Promise<number> {
  const port = await freePort();
  return port < 65_535 && (await isFree(port + 1)) ? port : freePortPair();
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

let nextRange = 20_000 + (process.pid % 40) * 300;

/** Ports for media, below those that the system hands out by itself. */
export function mediaPorts(): string {
  const min = nextRange;
  nextRange += 100;
  return `${min}-${min + 99}`;
}
