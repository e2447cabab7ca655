import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { ManualClock } from '@ringback/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { PublicServer } from './public-server.ts';

let server: PublicServer;
afterEach(() => server.close());

describe('half a message', () => {
  const beginnings = {
    'the first byte': 'I',
    'an endless header': `INVITE sip:a@b SIP/2.0\r\nX: ${'x'.repeat(1000)}`,
    'a body that never comes':
      'INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP h\r\nContent-Length: 1000\r\n\r\nv=0',
  };
  it.each(Object.entries(beginnings))('%s: the connection is closed in 30 s', async (_what, text) => {
    const clock = new ManualClock();
    server = await PublicServer.start({ clock });
    const peer = await server.stranger('tcp');
    await expect.poll(() => server.stats().connections).toBe(1);
    peer.send(Buffer.from(text));
    await server.settled();
    clock.advance(30_000);
    await expect.poll(() => peer.closed).toBe(true);
    expect(server.stats().connections).toBe(0);
  });

  it('of a megabyte of headers is given up at 64 KB', async () => {
    server = await PublicServer.start();
    const peer = await server.stranger('tcp');
    peer.send(Buffer.from('OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bK1\r\n'));
    for (let index = 0; index < 64; index++) peer.send(Buffer.from(`X: ${'x'.repeat(16_000)}\r\n`));
    await expect.poll(() => peer.closed).toBe(true);
    await expect.poll(() => server.stats().connections).toBe(0);
  });

  it('of a megabyte in a WebSocket is not taken', async () => {
    server = await PublicServer.start();
    const peer = await server.stranger('ws');
    peer.send(Buffer.alloc(1_000_000, 'x'));
    await expect.poll(() => peer.closed).toBe(true);
  });
});

const COUNT = 5000;
/** Both ends of each connection are here. */
const NEEDED_FILES = 2 * COUNT + 500;

function openFilesAllowed(): number {
  const report = process.report.getReport() as { userLimits: { open_files: { soft: string | number } } };
  const { soft } = report.userLimits.open_files;
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
}

/** So many at a time as a server lets wait to be taken. */
async function connections(port: number, count: number, atOnce = 250): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const some = Array.from({ length: atOnce }, () => connect({ port, host: '127.0.0.1' }));
    await Promise.all(some.map((socket) => once(socket, 'connect')));
    sockets.push(...some);
  }
  return sockets;
}

const allows = openFilesAllowed() >= NEEDED_FILES;

describe.skipIf(!allows)(`${COUNT} sockets that say nothing (need ${NEEDED_FILES} open files)`, () => {
  let sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
  });

  it('leave room for those that do, and are closed in 30 s', async () => {
    const clock = new ManualClock();
    server = await PublicServer.start({ clock });
    sockets = await connections(server.network.port('tcp'), COUNT);
    await expect.poll(() => server.stats().connections).toBe(COUNT);
    const phone = await server.network.phone('1001', 'tcp');
    phone.call('OPTIONS', 'sip:ringback.local');
    await phone.response(200);
    await server.settled();
    const closed = Promise.all(sockets.map((socket) => once(socket.resume(), 'close')));
    clock.advance(30_000);
    await closed;
    await expect.poll(() => server.stats().connections).toBe(0);
  }, 60_000);
});
