import { once } from 'node:events';
import { get } from 'node:https';
import { connect, type Socket } from 'node:net';
import { type NgDictionary, type NgReply, readNgFrame, writeNgFrame } from '@ringback/rtpengine-ng';
import { createLogger } from '@ringback/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { NgServer } from '../src/control/transport/ng-server.ts';
import { newCertificate } from '../src/transport/dtls-certificate.ts';
import { exchangeBytes, HOST, until } from './engine-support.ts';

const anyPort = { host: HOST, port: 0 };
const logger = createLogger('rtpengine', 'silent');
const frame = (cookie: string, body: NgDictionary = { command: 'ping' }) =>
  Buffer.from(writeNgFrame(cookie, body));

let server: NgServer;
let handled: string[];
const { certificatePem, privateKeyPem } = newCertificate(Date.now());
const https = { ...anyPort, cert: certificatePem, key: privateKeyPem };
/** Holds back what is being done. */
let held: Promise<void> | undefined;

beforeEach(async () => {
  handled = [];
  held = undefined;
  const handle = async (command: { command: string }): Promise<NgReply> => {
    handled.push(command.command);
    if (command.command !== 'ping') await held;
    return command.command === 'ping' ? { result: 'pong' } : { result: 'ok' };
  };
  server = await NgServer.listen(
    { ngHost: HOST, ngPort: 0, ngTcp: anyPort, http: anyPort, https },
    handle,
    logger,
  );
});
afterEach(() => server.close());

/** A TCP client that collects what it hears. */
async function tcp(): Promise<{ socket: Socket; heard(): string }> {
  const socket = connect(server.ports.tcp ?? 0, HOST);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  await once(socket, 'connect');
  return { socket, heard: () => text };
}

async function webSocket(headers: Record<string, string> = {}): Promise<WebSocket> {
  const client = new WebSocket(`ws://${HOST}:${server.ports.http}`, 'ng.rtpengine.com', { headers });
  await once(client, 'open');
  return client;
}

describe('TCP', () => {
  it('reads commands that come in pieces of one byte', async () => {
    const { socket, heard } = await tcp();
    for (const byte of Buffer.concat([frame('one'), Buffer.from('\ntwo {"command":"ping"}')])) {
      socket.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until('both replies', () => heard() === 'one d6:result4:pongetwo {"result":"pong"}');
    socket.destroy();
  });

  it('reads commands that are glued together, and answers each', async () => {
    const { socket, heard } = await tcp();
    const text = { command: 'delete', 'call-id': '}]"e', 'from-tag': '\\' };
    const glued = [frame('a'), Buffer.from(`b ${JSON.stringify(text)}`), frame('c', text), frame('d')];
    socket.write(Buffer.concat(glued));
    await until('four replies', () => heard().match(/(^| ?)[abcd] /g)?.length === 4);
    expect(handled).toEqual(['ping', 'delete', 'delete', 'ping']);
    socket.destroy();
  });

  it.each([
    ['no cookie', ' d7:command4:pinge'],
    ['an endless cookie', 'x'.repeat(300)],
    ['neither encoding', 'c hello'],
    ['a broken length', 'c d7x'],
    ['a text of a gigabyte', 'c d3:sdp1000000000:'],
    ['more than 64 KB', `c d3:sdp65000:${'x'.repeat(65_000)}1:a60000:${'x'.repeat(5000)}`],
  ])('ends a stream with %s, and serves the next', async (_what, text) => {
    const { socket } = await tcp();
    const closed = once(socket, 'close');
    socket.write(text);
    await closed;
    const next = await tcp();
    next.socket.write(frame('c'));
    await until('a reply', () => next.heard() === 'c d6:result4:ponge');
    next.socket.destroy();
  });

  it('makes room for a new client by ending one that never asked for anything', async () => {
    const silent = await tcp();
    const silentEnded = once(silent.socket, 'close');
    const busy = await Promise.all(Array.from({ length: 255 }, tcp));
    for (const [i, { socket }] of busy.entries()) socket.write(frame(`c${i}`));
    await until('all to be served', () => handled.length === 255);
    const last = await tcp();
    await silentEnded;
    last.socket.write(frame('l'));
    await until('the last to be served', () => last.heard() === 'l d6:result4:ponge');
    for (const { socket } of [...busy, last]) socket.destroy();
  });
});

describe('WebSocket', () => {
  it('answers a text frame by a text frame, and bytes by bytes', async () => {
    const client = await webSocket();
    expect(client.protocol).toBe('ng.rtpengine.com');
    client.send('t {"command":"ping"}');
    expect(await once(client, 'message')).toEqual([Buffer.from('t {"result":"pong"}'), false]);
    client.send(frame('b'));
    expect(await once(client, 'message')).toEqual([Buffer.from('b d6:result4:ponge'), true]);
    client.terminate();
  });

  it.each<[string, string | undefined, Record<string, string>, number]>([
    ['another subprotocol', 'chat', {}, 400],
    ['no subprotocol', undefined, {}, 400],
    ['a page of another host', 'ng.rtpengine.com', { origin: 'https://example.net' }, 403],
    ['a page without a host', 'ng.rtpengine.com', { origin: 'null' }, 403],
    ['a name that points here', 'ng.rtpengine.com', { origin: 'http://evil.test', host: 'evil.test' }, 403],
  ])('refuses %s', async (_what, protocol, headers, status) => {
    const client = new WebSocket(`ws://${HOST}:${server.ports.http}`, protocol, { headers });
    const [, response] = await once(client, 'unexpected-response');
    expect(response.statusCode).toBe(status);
    client.on('error', () => undefined);
    client.terminate();
  });

  it('serves a page of this very address', async () => {
    const client = await webSocket({ origin: `http://${HOST}:8080` });
    client.terminate();
  });

  it('ends a connection with a frame that is too large', async () => {
    const client = await webSocket();
    client.on('error', () => undefined);
    const closed = once(client, 'close');
    client.send(Buffer.alloc(70_000));
    expect((await closed)[0]).toBe(1009);
  });
});

describe('HTTP', () => {
  const url = (path: string) => `http://${HOST}:${server.ports.http}${path}`;
  const type = 'application/x-rtpengine-ng';
  const post = (body: string, headers = {}) =>
    fetch(url('/ng'), { method: 'POST', body, headers: { 'content-type': type, ...headers } });

  it('does a command that is posted', async () => {
    const response = await post('c {"command":"ping"}');
    expect(response.headers.get('content-type')).toBe(type);
    expect(await response.text()).toBe('c {"result":"pong"}');
    expect(await (await fetch(url('/ping'))).text()).toBe('pong\n');
  });

  it('says what it cannot do', async () => {
    expect((await post('nothing')).status).toBe(400);
    expect((await post('x'.repeat(70_000))).status).toBe(413);
    expect((await post('c de', { 'content-type': 'text/plain' })).status).toBe(404);
    expect((await post('c de', { origin: 'https://example.net' })).status).toBe(403);
    expect((await fetch(url('/'))).status).toBe(404);
  });
});

describe('HTTPS', () => {
  const known = { ca: certificatePem, servername: 'ringback' };
  const options = () => ({ host: HOST, port: server.ports.https, path: '/ping', agent: false });

  it('shows its certificate to who knows it', async () => {
    const [response] = await once(get({ ...options(), ...known }), 'response');
    response.setEncoding('utf8');
    expect((await response.toArray()).join('')).toBe('pong\n');
  });

  it('is not taken for another by who does not', async () => {
    const [error] = await once(get(options()), 'error');
    expect(error).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  it('carries WebSocket as well', async () => {
    const client = new WebSocket(`wss://${HOST}:${server.ports.https}/ws`, 'ng.rtpengine.com', {
      ...known,
    });
    await once(client, 'open');
    client.send('c {"command":"ping"}');
    expect(String((await once(client, 'message'))[0])).toBe('c {"result":"pong"}');
    client.close();
  });
});

describe('a command that is repeated', () => {
  it('is done once, whatever transports it comes by, also while it is being done', async () => {
    let go = () => undefined as unknown;
    held = new Promise((resolve) => (go = () => resolve()));
    const command = frame('same', { command: 'delete', 'call-id': 'c' });
    const overUdp = exchangeBytes(server.ports.udp, command);
    const client = await webSocket();
    await until('the first', () => handled.length > 0);
    client.send(command);
    const { socket, heard } = await tcp();
    socket.write(command);
    // Others go on meanwhile.
    const ping = await exchangeBytes(server.ports.udp, frame('p'));
    expect(readNgFrame(ping)).toMatchObject({ body: { result: 'pong' } });
    go();
    const [overWebSocket] = await once(client, 'message');
    expect(String(overWebSocket)).toBe('same d6:result2:oke');
    expect(String(await overUdp)).toBe(String(overWebSocket));
    await until('the same over TCP', () => heard() === 'same d6:result2:oke');
    expect(handled.filter((name) => name === 'delete')).toHaveLength(1);
    socket.destroy();
    client.terminate();
  });
});

it('says which port is taken, and leaves none open', async () => {
  const taken = { host: HOST, port: server.ports.tcp ?? 0 };
  const refused = NgServer.listen(
    { ngHost: HOST, ngPort: 0, http: anyPort, ngTcp: taken },
    async () => ({ result: 'ok' }),
    logger,
  );
  await expect(refused).rejects.toMatchObject({
    code: 'EADDRINUSE',
    message: `NG control port ${HOST}:${taken.port} (TCP) is in use by another program`,
  });
});
