import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { header, serializeMessage } from '@ringback/sip';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import type { DrachtioOptions } from '../src/index.ts';
import { localhostCertificate, Network } from './network.ts';

let network: Network;
afterEach(() => network.close());

const CONTACTS = ['udp,tcp', 'tls', 'ws', 'wss'].map((transport) => `sip:127.0.0.1:0;transport=${transport}`);
const start = async (options: Partial<DrachtioOptions> = {}) => {
  network = await Network.start({ contacts: CONTACTS, tls: localhostCertificate, ...options });
};

const connections = () => network.server.stats().connections;

function stream(transport: string): Socket {
  const socket = connect(network.port(transport), '127.0.0.1').resume();
  socket.on('error', () => socket.destroy());
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** Whether it ends in good order or is reset does not matter here. */
const closed = (socket: Socket) => new Promise<void>((resolve) => void socket.on('close', () => resolve()));

function webSocket(options: WebSocket.ClientOptions = {}): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${network.port('ws')}`, 'sip', options);
  socket.on('error', () => socket.terminate());
  onTestFinished(() => socket.terminate());
  return socket;
}

/** Answers every request with 200, and REGISTER with what was asked for. */
const agreeable = () =>
  network.application((srf) => {
    srf.register((req, res) => res.send(200, { headers: { Contact: `${req.get('Contact')};expires=60` } }));
    srf.options((_req, res) => res.send(200));
  });

const OPTIONS = (transport: string) =>
  `OPTIONS sip:ringback.local SIP/2.0\r\nVia: SIP/2.0/${transport} x.invalid;branch=z9hG4bKs;rport\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:ringback.local>\r\nCall-ID: s\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n`;

describe('a peer that takes its time', () => {
  it('with the rest of a message is closed, though a byte comes now and then', async () => {
    await start({ limits: { idleMs: 60 } });
    const socket = stream('tcp');
    socket.write('OPTIONS sip:a@b SIP/2.0\r\nX-Slow: ');
    const drip = setInterval(() => socket.write('x'), 10);
    await closed(socket);
    clearInterval(drip);
    await expect.poll(connections).toBe(0);
  });

  it.each(['tls', 'wss'])('with the TLS handshake is closed: %s', async (transport) => {
    await start({ limits: { handshakeMs: 50 } });
    await closed(stream(transport));
  });

  it('with the WebSocket upgrade is closed', async () => {
    await start({ limits: { handshakeMs: 50 } });
    await closed(stream('ws'));
  });

  it('with being connected to counts as one that refuses', async () => {
    await start({ limits: { connectMs: 50 } });
    const mute = createServer((socket) => void socket.on('error', () => socket.destroy()));
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    onTestFinished(() => void mute.close());
    const { port } = mute.address() as { port: number };
    const srf = await network.application();
    await expect(srf.createUAC(`sips:a@127.0.0.1:${port}`, { localSdp: 'v=0\r\n' })).rejects.toMatchObject({
      status: 503,
    });
    expect(connections()).toBe(0);
  });
});

describe('too many TLS handshakes', () => {
  it('are cut, and those who are done with theirs do not notice', async () => {
    await start({ limits: { handshakes: 2 } });
    await agreeable();
    const phone = await network.phoneAt('1001', 'tls', '127.0.0.1');
    const idle = [stream('tls'), stream('tls')];
    await Promise.all(idle.map((socket) => once(socket, 'connect')));
    await closed(stream('tls'));
    phone.call('OPTIONS', 'sip:ringback.local');
    await phone.response(200);
    expect(idle.every((socket) => !socket.destroyed)).toBe(true);
  });
});

describe('a peer that does not read', () => {
  it('what it is sent over TCP is dropped, and others do not notice', async () => {
    await start();
    const srf = await agreeable();
    const other = await network.phone('1002', 'tcp');
    const phone = await network.phone('1001', 'tcp');
    phone.call('REGISTER', 'sip:ringback.local');
    await phone.response(200);
    phone.transport.pause();
    const uri = phone.contact.slice(1, -1);
    while (connections() === 2) {
      await srf.request(uri, {
        method: 'MESSAGE',
        body: 'x'.repeat(30_000),
        headers: { 'Content-Type': 'text/plain' },
      });
    }
    other.call('OPTIONS', 'sip:ringback.local');
    await other.response(200);
  });

  it('the pongs it asked for is dropped', async () => {
    await start();
    const socket = webSocket();
    await once(socket, 'open');
    socket.pause();
    const payload = Buffer.alloc(125);
    const flood = setInterval(() => {
      for (let count = 0; count < 5000 && socket.readyState === WebSocket.OPEN; count++) socket.ping(payload);
    }, 1);
    await expect.poll(connections, { timeout: 15_000 }).toBe(0);
    clearInterval(flood);
  });
});

describe('keep-alives', () => {
  it('CRLF CRLF gets CRLF over TCP (RFC 5626 4.4.1)', async () => {
    await start();
    const socket = stream('tcp');
    socket.write('\r\n\r\n');
    const [pong] = (await once(socket, 'data')) as [Buffer];
    expect(pong.toString()).toBe('\r\n');
  });

  it('CRLF CRLF gets CRLF over WebSocket, as text or binary as it came', async () => {
    await start();
    const socket = webSocket();
    await once(socket, 'open');
    for (const binary of [false, true]) {
      socket.send('\r\n\r\n', { binary });
      const [pong, isBinary] = (await once(socket, 'message')) as [Buffer, boolean];
      expect([pong.toString(), isBinary]).toEqual(['\r\n', binary]);
    }
  });

  it('a STUN binding request to the SIP port is told its address (RFC 5626 4.4.2)', async () => {
    await start();
    const socket = createSocket('udp4');
    onTestFinished(() => void socket.close());
    const transaction = Buffer.from('2112a442b7e7a701bc34d686fa87dfae', 'hex');
    socket.send(
      Buffer.concat([Buffer.from('00010000', 'hex'), transaction]),
      network.port('udp'),
      '127.0.0.1',
    );
    const [answer] = (await once(socket, 'message')) as [Buffer];
    expect(answer.readUInt16BE(0)).toBe(0x0101);
    expect(answer.subarray(4, 20)).toEqual(transaction);
    expect(answer.readUInt16BE(26) ^ 0x2112).toBe(socket.address().port);
    expect(answer.readUInt32BE(28) ^ 0x2112a442).toBe(0x7f000001);
  });

  it('a registered WebSocket that gives no sign of life any more is dropped, a living one is not', async () => {
    await start({ limits: { idleMs: 40 } });
    await agreeable();
    const living = await network.phone('1001', 'ws');
    living.call('REGISTER', 'sip:ringback.local');
    await living.response(200);
    const dead = webSocket({ autoPong: false });
    await once(dead, 'open');
    const pinged = once(dead, 'ping');
    dead.send(
      OPTIONS('WS')
        .replaceAll('OPTIONS', 'REGISTER')
        .replace('Content-Length', 'Contact: <sip:a@x.invalid>\r\nContent-Length'),
    );
    await pinged;
    await once(dead, 'close');
    expect(network.server.stats()).toMatchObject({ connections: 1, bindings: 2 });
    living.call('OPTIONS', 'sip:ringback.local');
    await living.response(200);
  });
});

describe('a WebSocket (RFC 7118)', () => {
  it('carries one message in each frame, text or binary, and is answered in kind', async () => {
    await start();
    await agreeable();
    const socket = webSocket();
    await once(socket, 'open');
    for (const binary of [true, false]) {
      const text = OPTIONS('WS').replace('z9hG4bKs', `z9hG4bK${binary}`);
      socket.send(text.replace('Call-ID: s', `Call-ID: ${binary}`), { binary });
      const [answer, isBinary] = (await once(socket, 'message')) as [Buffer, boolean];
      expect(answer.toString()).toMatch(/^SIP\/2.0 200 OK/);
      expect(isBinary).toBe(binary);
    }
  });

  it('with a message that is too big is closed as such', async () => {
    await start();
    const socket = webSocket();
    await once(socket, 'open');
    socket.send('x'.repeat(70_000));
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1009);
  });

  it('of a page of another origin is refused', async () => {
    await start({ webSocketOrigins: ['https://pbx.example'] });
    const refused = new WebSocket(`ws://127.0.0.1:${network.port('ws')}`, 'sip', {
      origin: 'https://evil.example',
    });
    const [error] = (await once(refused, 'error')) as [Error];
    expect(error.message).toContain('403');
    await once(webSocket({ origin: 'https://pbx.example' }), 'open');
    await once(webSocket(), 'open');
  });

  it('is told when the server goes away', async () => {
    await start();
    const socket = webSocket();
    await once(socket, 'open');
    const told = once(socket, 'close');
    await network.close();
    expect((await told)[0]).toBe(1001);
  });
});

it('nothing is left open when the server is closed, at whatever point a connection is', async () => {
  await start();
  const unfinished = ['tcp', 'tls', 'ws', 'wss'].map(stream);
  await Promise.all(unfinished.map((socket) => once(socket, 'connect')));
  const phone = await network.phoneAt('1001', 'wss', '127.0.0.1');
  phone.call('OPTIONS', 'sip:ringback.local');
  await phone.response(503);
  const cut = unfinished.map(closed);
  await network.close();
  await Promise.all(cut);
  expect(connections()).toBe(0);
});

it('pieces and glued messages are the same over TLS', async () => {
  await start();
  await agreeable();
  const phone = await network.phoneAt('1001', 'tls', '127.0.0.1');
  const text = [1, 2]
    .map(() => new TextDecoder().decode(serializeMessage(phone.build('OPTIONS', 'sip:a@b'))))
    .join('');
  for (const piece of text.match(/[\s\S]{1,7}/g) ?? []) phone.sendRaw(piece);
  for (const sequence of [1, 2])
    expect(header(await phone.response(200), 'CSeq')).toBe(`${sequence} OPTIONS`);
});
