import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { createLogger } from '@ringback/runtime';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { startDrachtio } from '../src/index.ts';
import { memoryDns } from './memory-dns.ts';
import { localhostCertificate, Network, pbxCertificate, SECRET } from './network.ts';

const { cert, key } = localhostCertificate;

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

describe('the certificate of a server we connect to', () => {
  const call = async (uri: string) => {
    const srf = await network.application();
    return srf.createUAC(uri, { localSdp: 'v=0\r\n' }).catch((error: { status: number }) => error.status);
  };

  /** A TLS server with the certificate of pbx.test, which answers everything with 486. */
  async function pbx(): Promise<{ port: number; names: unknown[] }> {
    const names: unknown[] = [];
    const server = createServer(pbxCertificate, (socket) => {
      names.push(socket.servername);
      socket.on('error', () => socket.destroy());
      socket.on('data', (data) => {
        const fields = data.toString().match(/^(Via|From|To|Call-ID|CSeq):.*\r\n/gm) ?? [];
        if (!data.toString().startsWith('ACK'))
          socket.write(`SIP/2.0 486 Busy Here\r\n${fields.join('')}Content-Length: 0\r\n\r\n`);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    return { port: (server.address() as AddressInfo).port, names };
  }

  const restart = async (tls: object) => {
    await network.close();
    network = await Network.start({
      contacts: ['sips:127.0.0.1:0'],
      tls: { cert, key, ...tls },
      dns: memoryDns({ a: { 'pbx.test': ['127.0.0.1'], 'other.test': ['127.0.0.1'] } }),
    });
  };

  it('has to name the domain of the URI, which is what it is asked for', async () => {
    const { port, names } = await pbx();
    await restart({ ca: pbxCertificate.cert });
    expect(await call(`sips:a@pbx.test:${port}`)).toBe(486);
    expect(names).toEqual(['pbx.test']);
    // The connection to pbx.test is no good for another domain at the same address.
    expect(await call(`sips:a@other.test:${port}`)).toBe(503);
    expect(await call(`sips:a@127.0.0.1:${port}`)).toBe(503);
  });

  it('has to come from an authority we trust, unless told otherwise', async () => {
    const { port } = await pbx();
    await restart({});
    expect(await call(`sips:a@pbx.test:${port}`)).toBe(503);
    await restart({ verifyServers: false });
    expect(await call(`sips:a@other.test:${port}`)).toBe(486);
  });
});

describe('who connects to us', () => {
  const shake = async (options: object) => {
    const socket = connect({ host: '127.0.0.1', port: network.port('tls'), ca: cert, ...options });
    onTestFinished(() => void socket.destroy());
    await once(socket, 'secureConnect');
    return socket;
  };

  it('is shown the certificate of the name it asks for (SNI)', async () => {
    await network.close();
    network = await Network.start({
      contacts: ['sips:127.0.0.1:0'],
      tls: {
        ...localhostCertificate,
        names: { 'pbx.test': pbxCertificate, '*.phones.test': pbxCertificate },
      },
    });
    const ca = [cert, pbxCertificate.cert];
    for (const [servername, subject] of [
      ['pbx.test', 'pbx.test'],
      ['a.phones.test', 'pbx.test'],
      ['localhost', 'localhost'],
    ] as const) {
      expect((await shake({ ca, servername })).getPeerCertificate().subject.CN).toBe(subject);
    }
  });

  it('has to speak TLS 1.2 at least', async () => {
    await expect(shake({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1' })).rejects.toThrow();
    expect((await shake({ maxVersion: 'TLSv1.2' })).getProtocol()).toBe('TLSv1.2');
  });

  it('has to show a certificate where the server asks for one', async () => {
    await network.close();
    const tls = { ...localhostCertificate, ca: pbxCertificate.cert, verifyClients: true };
    network = await Network.start({ contacts: ['sips:127.0.0.1:0'], tls });
    await network.application((srf) => srf.options((_req, res) => res.send(200)));
    await expect(shake({ maxVersion: 'TLSv1.2' })).rejects.toThrow();
    const known = await shake(pbxCertificate);
    known.write(options('TLS'));
    expect(String((await once(known, 'data'))[0])).toMatch(/^SIP\/2.0 200/);
  });
});

it('a certificate that is none is refused in a sentence', async () => {
  const start = startDrachtio({
    contacts: ['sips:127.0.0.1:0'],
    admin: { host: '127.0.0.1', port: 0, secret: SECRET },
    tls: { cert: 'none', key },
    logger: createLogger('test', 'silent'),
  });
  await expect(start).rejects.toThrow('tls: the certificate and its key do not work together');
});
