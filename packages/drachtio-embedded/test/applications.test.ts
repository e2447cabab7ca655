import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { decodeServerFrame, encodeFrame, FrameReader, type ServerFrame } from '@ringback/drachtio-wire';
import { Inbox } from '@ringback/testing';
import Srf from 'drachtio-srf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startDrachtio } from '../src/index.ts';
import { deferred, Network, SDP, SECRET } from './network.ts';

let network: Network;
beforeEach(async () => {
  network = await Network.start();
});
afterEach(() => network.close());

/** A bare connection to the port for applications. */
async function bare(): Promise<{ socket: Socket; ask(leader: string): Promise<ServerFrame> }> {
  const socket = connect({ host: '127.0.0.1', port: network.server.adminPort });
  const reader = new FrameReader();
  const inbox = new Inbox<ServerFrame>((frame) => frame.command);
  socket.on('data', (chunk: Buffer) => {
    for (const frame of reader.push(chunk).frames) inbox.put(decodeServerFrame(frame));
  });
  await once(socket, 'connect');
  return {
    socket,
    ask: (leader) => {
      socket.write(encodeFrame(leader));
      return inbox.take('reply', () => true);
    },
  };
}

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
    const { socket, ask } = await bare();
    const closed = once(socket, 'close');
    expect((await ask('1|authenticate|wrong|')).tokens).toEqual(['1', 'NO', 'incorrect secret']);
    await closed;
  });

  it('does nothing for who did not show the secret', async () => {
    const { socket, ask } = await bare();
    const closed = once(socket, 'close');
    expect((await ask('1|route|invite')).tokens).toEqual(['1', 'NO', 'not authenticated']);
    await closed;
  });

  it('answers ping', async () => {
    const { socket, ask } = await bare();
    await ask(`1|authenticate|${SECRET}|`);
    expect((await ask('2|ping')).tokens).toEqual(['2', 'OK', 'pong']);
    socket.destroy();
  });

  it.each(['just text', '1|dance', '1|route|'])('closes after %j', async (leader) => {
    const { socket, ask } = await bare();
    await ask(`1|authenticate|${SECRET}|`);
    const closed = once(socket, 'close');
    expect((await ask(leader)).tokens[1]).toBe('NO');
    await closed;
  });

  it('closes without a word when the framing is broken', async () => {
    const { socket } = await bare();
    const closed = once(socket, 'close');
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await closed;
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
