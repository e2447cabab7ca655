import { once } from 'node:events';
import { encodeFrame } from '@ringback/drachtio-wire';
import Srf from 'drachtio-srf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startDrachtio } from '../src/index.ts';
import { deferred, Network, SDP, SECRET } from './network.ts';
import { RawApplication } from './raw-application.ts';

let network: Network;
beforeEach(async () => {
  network = await Network.start();
});
afterEach(() => network.close());

const raw = () => RawApplication.connect(network.server.adminPort);
const authenticated = () => RawApplication.authenticated(network.server.adminPort);

describe('the port for applications', () => {
  it('tells an application with the secret where it listens', async () => {
    const srf = new Srf();
    srf.on('error', () => undefined);
    srf.connect({ host: '127.0.0.1', port: network.server.adminPort, secret: SECRET });
    const [error, hostports, version] = await once(srf, 'connect');
    expect(error).toBeNull();
    expect(hostports).toBe(network.server.hostports.join(','));
    expect(version).toMatch(/^v\d+\.\d+\.\d+$/);
    srf.disconnect();
  });

  it('refuses a wrong secret and closes', async () => {
    const application = await raw();
    expect((await application.ask('1|authenticate|wrong|')).tokens).toEqual(['1', 'NO', 'incorrect secret']);
    await application.closed();
  });

  it('does nothing for who did not show the secret', async () => {
    const application = await raw();
    expect((await application.ask('1|route|invite')).tokens).toEqual(['1', 'NO', 'not authenticated']);
    await application.closed();
  });

  it('lets many strangers not shut an application out', async () => {
    const strangers = await Promise.all(Array.from({ length: 100 }, raw));
    const application = await authenticated();
    expect((await application.ask('1|ping')).tokens).toEqual(['1', 'OK', 'pong']);
    await strangers[0]!.closed();
    for (const { socket } of [...strangers, application]) socket.destroy();
  });

  it('answers ping', async () => {
    const application = await authenticated();
    expect((await application.ask('2|ping')).tokens).toEqual(['2', 'OK', 'pong']);
    application.socket.destroy();
  });

  it('takes frames in single bytes, and several in one piece', async () => {
    const application = await raw();
    const frames = [`1|authenticate|${SECRET}|a,b`, '2|route|invite', '3|ping'].map((leader) =>
      encodeFrame(leader),
    );
    for (const byte of frames[0]!) application.socket.write(Uint8Array.of(byte));
    expect((await application.next()).tokens.slice(0, 2)).toEqual(['1', 'OK']);
    application.socket.write(Buffer.concat(frames.slice(1)));
    expect((await application.next()).tokens).toEqual(['2', 'OK']);
    expect((await application.next()).tokens).toEqual(['3', 'OK', 'pong']);
    application.socket.destroy();
  });

  it('takes a frame far beyond 12 KB', async () => {
    const srf = await network.application();
    const phone = await network.phone('1001', 'tcp');
    const body = 'é'.repeat(25_000);
    const headers = { 'Content-Type': 'text/plain' };
    const sent = srf.request(phone.contact.slice(1, -1), { method: 'MESSAGE', headers, body });
    const message = await phone.request('MESSAGE');
    expect(new TextDecoder().decode(message.body)).toBe(body);
    expect((await sent).body).toBe(body);
    phone.reply(message, 200, 'OK');
  });

  it.each(['just text', '1|dance', '1|route|'])('closes after %j', async (leader) => {
    const application = await authenticated();
    expect((await application.ask(leader)).tokens[1]).toBe('NO');
    await application.closed();
  });

  it('closes without a word when the framing is broken', async () => {
    const application = await raw();
    application.socket.write('GET / HTTP/1.1\r\n\r\n');
    await application.closed();
  });

  it('says which port is taken', async () => {
    const taken = startDrachtio({
      contacts: ['sip:127.0.0.1:0;transport=udp'],
      admin: { host: '127.0.0.1', port: network.server.adminPort, secret: SECRET },
      logger: (await import('@ringback/runtime')).createLogger('test', 'silent'),
    });
    await expect(taken).rejects.toMatchObject({
      code: 'EADDRINUSE',
      message: `admin 127.0.0.1:${network.server.adminPort} is already in use`,
    });
    for (const transport of ['udp', 'tcp', 'ws']) {
      const port = network.port(transport);
      await expect(
        Network.start({ contacts: [`sip:127.0.0.1:${port};transport=${transport}`] }),
      ).rejects.toMatchObject({
        code: 'EADDRINUSE',
        message: `${transport} 127.0.0.1:${port} is already in use`,
      });
    }
  });
});

describe('several applications', () => {
  it('take turns, and one that routes no more is left out', async () => {
    const served: string[] = [];
    const named = (name: string) =>
      network.application((srf) => {
        srf.options((_req, res) => {
          served.push(name);
          res.send(200);
        });
        srf.message((_req, res) => res.send(202));
      });
    const first = await named('first');
    await named('second');
    const phone = await network.phone('1001');
    const ask = async () => {
      phone.call('OPTIONS', 'sip:ringback.local');
      await phone.response(200, 'OPTIONS');
    };
    for (let turn = 0; turn < 4; turn++) await ask();
    expect(served).toEqual(['first', 'second', 'first', 'second']);
    first.unregisterForMessages('options');
    await ask();
    await ask();
    expect(served.slice(4)).toEqual(['second', 'second']);
    // Only the verb that was named is given up.
    for (let turn = 0; turn < 2; turn++) {
      phone.call('MESSAGE', 'sip:ringback.local', { body: 'hello', contentType: 'text/plain' });
      await phone.response(202);
    }
  });
});

describe('an application that goes away', () => {
  it('leaves its callers 503, its callees CANCEL and its dialogs BYE', async () => {
    const callee = await network.phone('1002');
    const answered = deferred();
    const srf = await network.application((app) => {
      app.invite(async (req, res) => {
        if (req.uri.includes('silent')) return;
        await app.createUAS(req, res, { localSdp: SDP });
        answered.resolve();
      });
    });
    srf.createUAC(callee.contact.slice(1, -1), { localSdp: SDP }).catch(() => undefined);
    const ringing = await callee.request('INVITE');
    callee.reply(ringing, 180, 'Ringing');

    const talking = await network.phone('1003');
    const invite = talking.call('INVITE', 'sip:9196@ringback.local', { body: SDP });
    talking.ack(invite, await talking.response(200));
    await answered.promise;

    const waiting = await network.phone('1004');
    waiting.call('INVITE', 'sip:silent@ringback.local', { body: SDP });
    await waiting.response(100);
    await expect.poll(() => network.server.stats().dialogs).toBe(2);

    network.stop(srf);
    await waiting.response(503);
    talking.reply(await talking.request('BYE'), 200, 'OK');
    callee.reply(await callee.request('CANCEL'), 200, 'OK');
    callee.reply(ringing, 487, 'Request Terminated');
    await callee.request('ACK');
    await expect.poll(() => network.server.stats().dialogs).toBe(0);

    waiting.call('INVITE', 'sip:9196@ringback.local', { body: SDP });
    await waiting.response(503);
  });

  it('and comes back is a new application', async () => {
    const srf = await network.application((app) => app.options((_req, res) => res.send(200)));
    network.stop(srf);
    await expect.poll(() => network.server.stats().applications).toBe(0);
    await network.application((app) => app.options((_req, res) => res.send(200)));
    const phone = await network.phone('1001');
    phone.call('OPTIONS', 'sip:ringback.local');
    await phone.response(200);
  });
});
