import { once } from 'node:events';
import { createServer as createTcpServer } from 'node:net';
import { header } from '@ringback/sip';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../src/limits.ts';
import { invite, listenAs, listening, start } from './handlers.ts';
import { deferred, localhostCertificate, SDP, SECRET } from './network.ts';

const { cert, key } = localhostCertificate;

describe('a handler that is an application', () => {
  it('gets one connection for each new request, and all of that call', async () => {
    const infos: string[] = [];
    const ended = deferred();
    const port = await listenAs((srf) => {
      srf.invite(async (req, res) => {
        const dialog = await srf.createUAS(req, res, { localSdp: SDP });
        dialog.on('info', (request, response) => {
          infos.push(request.body);
          response.send(200);
        });
        dialog.on('destroy', () => {
          srf.endSession(req);
          ended.resolve();
        });
      });
    });
    const network = await start([{ method: 'invite', url: `tcp://127.0.0.1:${port}` }]);
    const first = await invite(network);
    const second = await invite(network);
    const ok = await first.final(200);
    await second.final(200);
    expect(network.server.stats().applications).toBe(2);
    first.phone.inDialog('INFO', first.request, ok, { body: 'five', contentType: 'text/plain' });
    await first.phone.response(200, 'INFO');
    expect(infos).toEqual(['five']);
    first.phone.inDialog('BYE', first.request, ok);
    await first.phone.response(200, 'BYE');
    await ended.promise;
    await expect.poll(() => network.server.stats().applications).toBe(1);
  });

  it('may end its session as soon as it hung up, and the caller gets one BYE', async () => {
    const port = await listenAs((srf) => {
      srf.invite(async (req, res) => {
        const dialog = await srf.createUAS(req, res, { localSdp: SDP });
        dialog.destroy().catch(() => undefined);
        srf.endSession(req);
      });
    });
    const network = await start([{ method: '*', url: `tcp:127.0.0.1:${port}` }]);
    const { phone, final } = await invite(network);
    await final(200);
    const bye = await phone.request('BYE');
    await expect.poll(() => network.server.stats().applications).toBe(0);
    phone.reply(bye, 200, 'OK');
    await expect.poll(() => network.server.stats().dialogs).toBe(0);
    expect(phone.unread()).toEqual([]);
  });

  it('comes before the applications that connected, for its method only', async () => {
    const port = await listenAs((srf) => srf.options((_req, res) => res.send(200, 'Listening')));
    const network = await start([{ method: 'OPTIONS', url: `tcp://127.0.0.1:${port}` }]);
    await network.application((srf) => {
      srf.options((_req, res) => res.send(200, 'Connected'));
      srf.message((_req, res) => res.send(202, 'Connected'));
    });
    const phone = await network.phone('1001');
    phone.call('OPTIONS', 'sip:ringback.local');
    expect((await phone.response(200)).reason).toBe('Listening');
    phone.call('MESSAGE', 'sip:ringback.local');
    expect((await phone.response(202)).reason).toBe('Connected');
  });

  it('is spoken to over TLS, when its certificate is trusted', async () => {
    const port = await listenAs((srf) => srf.options((_req, res) => res.send(200)), { tls: { cert, key } });
    const handler = { method: 'OPTIONS', url: `tls://localhost:${port}` };
    const trusting = await start([handler], { tls: { cert, key, ca: cert } });
    const careful = await start([handler]);
    const careless = await start([{ ...handler, verifyPeer: false }]);
    for (const [network, status] of [
      [trusting, 200],
      [careful, 480],
      [careless, 200],
    ] as const) {
      const phone = await network.phone('1001');
      phone.call('OPTIONS', 'sip:ringback.local');
      await phone.response(status);
    }
  });

  it.each([
    ['is not there', async () => 1],
    ['has the wrong secret', () => listenAs(() => undefined, { secret: 'wrong' })],
    ['closes at once', () => listening(createTcpServer((socket) => socket.destroy()))],
  ])('that %s: 480', async (_what, open) => {
    const network = await start([{ method: '*', url: `tcp://127.0.0.1:${await open()}` }]);
    await (await invite(network)).final(480);
    await expect.poll(() => network.server.stats().applications).toBe(0);
  });

  it('that answers too late finds a call that was cancelled gone', async () => {
    const late = deferred<import('node:net').Socket>();
    const port = await listening(
      createTcpServer((socket) => late.resolve(socket.on('error', () => undefined))),
    );
    const network = await start([{ method: '*', url: `tcp://127.0.0.1:${port}` }]);
    const { phone, request, final } = await invite(network);
    const socket = await late.promise;
    phone.cancel(request);
    await phone.response(200, 'CANCEL');
    await final(487);
    const text: string[] = [];
    socket.on('data', (chunk) => text.push(String(chunk)));
    socket.write(`24#x|authenticate|${SECRET}|`.replace('24', String(`x|authenticate|${SECRET}|`.length)));
    await once(socket, 'close');
    expect(text.join('')).not.toContain('|sip|');
  });

  it('that takes no more connections: 503', async () => {
    const port = await listening(createTcpServer((socket) => socket.on('error', () => undefined)));
    const limits = { ...DEFAULT_LIMITS, outboundApplications: 0 };
    const network = await start([{ method: '*', url: `tcp://127.0.0.1:${port}` }], { limits });
    const response = await (await invite(network)).final(503);
    expect(header(response, 'Retry-After')).toBe('5');
  });
});
