import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import type { SipPhone } from '@ringback/testing';
import type Srf from 'drachtio-srf';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { memoryDns } from './memory-dns.ts';
import { localhostCertificate, Network, pbxCertificate } from './network.ts';

/** Where the peer says that it listens; nobody does. */
const PORT = 9;

let network: Network;
let srf: Srf;
beforeEach(async () => {
  network = await Network.start({
    contacts: ['sip:127.0.0.1:0;transport=tls', 'sip:127.0.0.1:0;transport=tcp'],
    tls: { ...localhostCertificate, ca: pbxCertificate.cert, verifyClients: true },
    dns: memoryDns({ a: { 'pbx.test': ['127.0.0.1'], 'other.test': ['127.0.0.1'] } }),
  });
  srf = await network.application((app) => app.options((_req, res) => res.send(200)));
});
afterEach(() => network.close());

/** pbx.test, which connects to us and sends a request with that Via parameter. */
async function pbx(param: string, transport: 'tls' | 'tcp' = 'tls'): Promise<SipPhone> {
  const phone = await network.phone('pbx', transport, {
    ca: localhostCertificate.cert,
    certificate: pbxCertificate,
  });
  const via = phone.via().replace(/:\d+;/, `:${PORT};`);
  phone.call('OPTIONS', 'sip:ringback.local', { headers: { Via: `${via}${param}` } });
  await phone.response(200);
  return phone;
}

/** The status of a request of ours to that address. */
async function asked(host: string, transport = 'tls'): Promise<number> {
  const request = await srf.request(`sip:x@${host}:${PORT};transport=${transport}`, { method: 'OPTIONS' });
  const [response] = (await once(request, 'response')) as [{ status: number }];
  return response.status;
}

describe('a connection that a peer opened (RFC 5923)', () => {
  it('is the way to where the peer listens, when its Via says alias', async () => {
    const phone = await pbx(';alias');
    const status = asked('pbx.test');
    phone.reply(await phone.request('OPTIONS'), 200, 'OK');
    expect(await status).toBe(200);
    expect(network.server.stats().connections).toBe(1);
  });

  it('is not, when it does not', async () => {
    await pbx('');
    expect(await asked('pbx.test')).toBe(503);
  });

  it('is not the way to a domain that its certificate does not name', async () => {
    await pbx(';alias');
    expect(await asked('other.test')).toBe(503);
    expect(await asked('127.0.0.1')).toBe(503);
  });

  it('is not once it is closed', async () => {
    const phone = await pbx(';alias');
    phone.close();
    await expect.poll(() => network.server.stats().connections).toBe(0);
    expect(await asked('pbx.test')).toBe(503);
  });

  it('is not over TCP, where it could be anybody’s', async () => {
    await pbx(';alias', 'tcp');
    expect(await asked('pbx.test', 'tcp')).toBe(503);
  });
});

it('over a connection that we opened the peer may send us requests, as our Via says', async () => {
  const heard: string[] = [];
  const peer = createServer(pbxCertificate, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (data) => {
      heard.push(data.toString());
      if (heard.length > 1) return;
      const fields = data.toString().match(/^(Via|From|To|Call-ID|CSeq):.*\r\n/gm) ?? [];
      socket.write(`SIP/2.0 200 OK\r\n${fields.join('')}Content-Length: 0\r\n\r\n`);
      socket.write(
        'OPTIONS sip:ringback.local SIP/2.0\r\nVia: SIP/2.0/TLS pbx.test;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n' +
          'To: <sip:ringback.local>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n',
      );
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void peer.close());
  await once(peer, 'listening');
  const { port } = peer.address() as AddressInfo;
  await srf.request(`sip:x@pbx.test:${port};transport=tls`, { method: 'OPTIONS' });
  await expect.poll(() => heard[1]).toMatch(/^SIP\/2.0 200/);
  expect(heard[0]).toMatch(/^Via: SIP\/2.0\/TLS 127.0.0.1:\d+;.*;alias\r/m);
});
