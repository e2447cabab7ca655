import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { callIn, callOut, deferred } from './support/calls.ts';
import { OFFER } from './support/sdp.ts';
import { Srf } from './support/srf.ts';
import { Testbed, uriOf } from './support/testbed.ts';

describe('applications', () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await Testbed.start();
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  const ask = async (method = 'OPTIONS') => {
    const phone = await bed.phone('1001');
    phone.call(method, bed.uri('service'));
    return Promise.race([200, 404, 486, 503].map((status) => phone.response(status, method)));
  };
  const answering = (name: string) => (srf: Srf) =>
    srf.options((_, res) => res.send(200, { headers: { Server: name } }));
  const served = async () => (await ask()).headers.find(({ name }) => name === 'Server')?.value;

  it('are told where the server listens and what it is', async () => {
    const srf = new Srf();
    srf.on('error', () => undefined);
    srf.connect(bed.server.admin);
    const [error, hostports, version, local] = await once(srf, 'connect');
    srf.disconnect();
    expect(error).toBeNull();
    expect(hostports).toContain(`udp/127.0.0.1:${bed.address().port}`);
    expect(local).toContain(`udp/127.0.0.1:${bed.address().port}`);
    expect(version).toMatch(/\d+\.\d+\.\d+/);
  });

  it('with a wrong secret are not let in', async () => {
    const srf = new Srf();
    srf.on('error', () => undefined);
    srf.connect({ ...bed.server.admin, secret: 'guess' });
    const [error] = await once(srf, 'connect');
    expect(error).toBeInstanceOf(Error);
  });

  it('with tags are let in, too', async () => {
    await bed.application(answering('tagged'), ['blue', 'green-1']);
    expect(await served()).toBe('tagged');
  });

  it('that handle the same take turns', async () => {
    for (const name of ['one', 'two', 'three']) await bed.application(answering(name));
    const turns: (string | undefined)[] = [];
    for (let turn = 0; turn < 6; turn++) turns.push(await served());
    expect(new Set(turns.slice(0, 3))).toEqual(new Set(['one', 'two', 'three']));
    expect(turns.slice(3)).toEqual(turns.slice(0, 3));
  });

  it('are asked only for what they handle', async () => {
    await bed.application(answering('options'));
    await bed.application((srf) => srf.message((_, res) => res.send(486)));
    for (let turn = 0; turn < 3; turn++) {
      expect(await served()).toBe('options');
      expect((await ask('MESSAGE')).status).toBe(486);
    }
  });

  it('are asked no more once they went away', async () => {
    const first = await bed.application(answering('first'));
    await bed.application(answering('second'));
    bed.stop(first);
    // The server hears of it while it answers one more request, which may still have been meant for the first.
    await ask();
    for (let turn = 0; turn < 3; turn++) expect(await served()).toBe('second');
  });

  it('can stop handling a method, and begin again', async () => {
    const first = await bed.application(answering('first'));
    await bed.application(answering('second'));
    first.unregisterForMessages('options');
    // Both go by one connection, so the first has been done when the second is answered.
    await first.request('sip:nobody@nowhere.invalid', { method: 'OPTIONS' }).catch(() => undefined);
    for (let turn = 0; turn < 3; turn++) expect(await served()).toBe('second');
    first.reregisterForMessages('options');
    await first.request('sip:nobody@nowhere.invalid', { method: 'OPTIONS' }).catch(() => undefined);
    const turns = [await served(), await served()];
    expect(new Set(turns)).toEqual(new Set(['first', 'second']));
  });

  it('have their own calls to themselves', async () => {
    const { leg, dialog } = await callIn(bed);
    await bed.application((srf) => srf.use('info', (_, res) => res.send(486)));
    const asked = deferred();
    dialog.on('info', (_req, res) => {
      asked.resolve();
      res.send(200);
    });
    leg.ask('INFO');
    await leg.phone.response(200, 'INFO');
    await asked.promise;
  });

  it('that go away leave calls in which nobody answers any more, and the phone is told', async () => {
    const { srf, leg } = await callOut(bed);
    bed.stop(srf);
    leg.ask('INFO');
    const answer = await Promise.race([481, 503].map((status) => leg.phone.response(status, 'INFO')));
    expect(answer.status).toBeGreaterThan(400);
  });

  it('survive a connection that is cut, and are asked again', async () => {
    const { admin } = bed.server;
    const through = new Set<Socket>();
    // A relay on the way to the server, whose connections can be cut.
    const relay = createServer((near) => {
      const far = new (near.constructor as typeof Socket)().connect(admin.port, admin.host);
      for (const socket of [near, far]) socket.on('error', () => undefined);
      near.pipe(far).pipe(near);
      through.add(near).add(far);
    }).listen(0, '127.0.0.1');
    await once(relay, 'listening');
    const srf = new Srf();
    srf.on('error', () => undefined);
    answering('steady')(srf);
    const { port } = relay.address() as AddressInfo;
    srf.connect({ ...admin, host: '127.0.0.1', port });
    await once(srf, 'connect');
    expect(await served()).toBe('steady');
    for (const socket of through) socket.destroy();
    await once(srf, 'connect');
    expect(await served()).toBe('steady');
    srf.disconnect();
    for (const socket of through) socket.destroy();
    relay.close();
  });

  it('can place calls that no other hears of', async () => {
    const [srf, other, phone] = [
      await bed.application(),
      await bed.application((app) => app.invite((_, res) => res.send(486))),
      await bed.phone('callee'),
    ];
    const calling = srf.createUAC(uriOf(phone), { localSdp: OFFER });
    const invite = await phone.request('INVITE');
    phone.reply(invite, 200, 'OK', { body: OFFER });
    await phone.request('ACK');
    const dialog = await calling;
    expect(other.findDialogById(dialog.id)).toBeUndefined();
    void dialog.destroy();
    phone.reply(await phone.request('BYE'), 200, 'OK');
  });
});
