import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import WebSocket from 'ws';
import { Network } from './network.ts';

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');
const cert = fixture('localhost.cert.pem');
const key = fixture('localhost.key.pem');

let network: Network;
beforeEach(async () => {
  network = await Network.start({
    contacts: ['sips:127.0.0.1:0', 'sip:127.0.0.1:0;transport=wss'],
    tls: { cert, key, ca: cert },
  });
});
afterEach(() => network.close());

const options = (transport: string) =>
  `OPTIONS sip:ringback.local SIP/2.0\r\nVia: SIP/2.0/${transport} x.invalid;branch=z9hG4bK${transport};rport\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:ringback.local>\r\nCall-ID: ${transport}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n`;

it('answers over TLS', async () => {
  await network.application((srf) =>
    srf.options((req, res) => res.send(200, { headers: { 'X-Protocol': req.protocol } })),
  );
  const socket = connect({ host: '127.0.0.1', port: network.port('tls'), ca: cert });
  socket.write(options('TLS'));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^SIP\/2.0 200 OK[\s\S]*X-Protocol: tls/);
  socket.destroy();
});

it('answers over a secure WebSocket', async () => {
  await network.application((srf) => srf.options((_req, res) => res.send(200)));
  const socket = new WebSocket(`wss://127.0.0.1:${network.port('wss')}`, 'sip', { ca: cert });
  await once(socket, 'open');
  socket.send(options('WSS'));
  const [answer] = (await once(socket, 'message')) as [Buffer];
  expect(answer.toString()).toMatch(/^SIP\/2.0 200 OK/);
  socket.terminate();
});

it('opens a TLS connection to a peer whose certificate it trusts', async () => {
  const srf = await network.application();
  const peer = createServer({ cert, key }).listen(0, '127.0.0.1');
  await once(peer, 'listening');
  const { port } = peer.address() as AddressInfo;
  const connected = once(peer, 'secureConnection');
  await srf.request(`sips:x@127.0.0.1:${port}`, { method: 'OPTIONS' });
  const [socket] = await connected;
  const [sent] = (await once(socket, 'data')) as [Buffer];
  expect(sent.toString()).toMatch(/^OPTIONS sips:x@127.0.0.1:\d+ SIP\/2.0\r\nVia: SIP\/2.0\/TLS 127.0.0.1:/);
  socket.destroy();
  peer.close();
});

it('refuses a WebSocket that does not speak SIP', async () => {
  const socket = new WebSocket(`wss://127.0.0.1:${network.port('wss')}`, { ca: cert });
  const [error] = (await once(socket, 'error')) as [Error];
  expect(error.message).toContain('400');
});
