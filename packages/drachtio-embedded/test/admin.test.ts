import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectTls } from 'node:tls';
import { createLogger } from '@ringback/runtime';
import Srf from 'drachtio-srf';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startDrachtio } from '../src/index.ts';
import { Network, SECRET } from './network.ts';
import { RawApplication } from './raw-application.ts';

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');
const cert = fixture('localhost.cert.pem');
const key = fixture('localhost.key.pem');

describe('the TLS port for applications', () => {
  let network: Network;
  beforeEach(async () => {
    network = await Network.start({
      admin: { host: '127.0.0.1', port: 0, tlsPort: 0, secret: SECRET },
      tls: { cert, key },
    });
  });
  afterEach(() => network.close());

  it('serves an application over TLS beside one over TCP', async () => {
    const secure = new Srf();
    secure.options((_req, res) => res.send(200));
    secure.connect({
      host: 'localhost',
      port: network.server.adminTlsPort,
      secret: SECRET,
      tls: { ca: cert },
    });
    await once(secure, 'connect');
    await network.application((srf) => srf.message((_req, res) => res.send(202)));
    expect(network.server.stats().applications).toBe(2);
    const phone = await network.phone('1001');
    phone.call('OPTIONS', 'sip:ringback.local');
    await phone.response(200);
    phone.call('MESSAGE', 'sip:ringback.local');
    await phone.response(202);
    secure.disconnect();
  });

  it('refuses what is older than TLS 1.2', async () => {
    const socket = connectTls({
      host: '127.0.0.1',
      port: network.server.adminTlsPort,
      ca: cert,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const [error] = (await once(socket, 'error')) as [Error & { code: string }];
    expect(error.code).toMatch(/PROTOCOL|ECONNRESET|VERSION/);
  });

  it('does not take plain text', async () => {
    const application = await RawApplication.connect(network.server.adminTlsPort);
    application.send(`1|authenticate|${SECRET}|`);
    await application.closed();
    expect(network.server.stats().applications).toBe(0);
  });
});

describe('the options of the port for applications', () => {
  const start = (admin: object) =>
    startDrachtio({
      contacts: ['sip:127.0.0.1:0;transport=udp'],
      admin: { host: '127.0.0.1', secret: SECRET, ...admin },
      logger: createLogger('test', 'silent'),
    });

  it('say what is missing', async () => {
    await expect(start({})).rejects.toThrow('admin: a port or a tlsPort is needed');
    await expect(start({ port: 0, tlsPort: 0 })).rejects.toThrow('needs a certificate');
  });
});

describe('a server that restarts', () => {
  it('is found again by drachtio-srf, which routes anew', async () => {
    const first = await Network.start();
    const srf = await first.application((app) => app.options((_req, res) => res.send(200)));
    const port = first.server.adminPort;
    const again = once(srf, 'connect');
    await first.server.close();
    const second = await Network.start({ admin: { host: '127.0.0.1', port, secret: SECRET } });
    expect((await again)[0]).toBeNull();
    const phone = await second.phone('1001');
    const ask = async () => {
      phone.call('OPTIONS', 'sip:ringback.local');
      return Promise.any([phone.response(200, undefined, 300), phone.response(503, undefined, 300)]);
    };
    await expect.poll(async () => (await ask()).status).toBe(200);
    first.stop(srf);
    await second.close();
  });
});

describe('pings', () => {
  it('of drachtio-srf are answered', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const network = await Network.start();
    const srf = new Srf();
    srf.connect({ host: '127.0.0.1', port: network.server.adminPort, secret: SECRET, enablePing: true });
    await once(srf, 'connect');
    const answered = once(srf.app.client.wp, 'msg');
    vi.advanceTimersByTime(15_000);
    expect((await answered)[1]).toMatch(/\|response\|[^|]+\|OK\|pong$/);
    srf.disconnect();
    vi.useRealTimers();
    await network.close();
  });
});
