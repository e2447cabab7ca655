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

let nextRange = 20_000 + (process.pid % 40) * 300;

/** Ports for media, below those that the system hands out by itself. */
export function mediaPorts(): string {
  const min = nextRange;
  nextRange += 100;
  return `${min}-${min + 99}`;
}
