import { once } from 'node:events';
import { header } from '@ringback/sip';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deferred, localhostCertificate, Network, SDP } from './network.ts';

let network: Network;
beforeEach(async () => {
  network = await Network.start({
    contacts: ['127.0.0.1', '[::1]'].flatMap((host) =>
      ['udp,tcp', 'tls', 'ws', 'wss'].map((transport) => `sip:${host}:0;transport=${transport}`),
    ),
    tls: { ...localhostCertificate, ca: localhostCertificate.cert },
  });
});
afterEach(() => network.close());

const WAYS = (['udp', 'tcp', 'tls', 'ws', 'wss'] as const).flatMap((transport) =>
  ['127.0.0.1', '[::1]'].map((host) => [transport, host] as const),
);

describe.each(WAYS)('over %s at %s', (transport, host) => {
  const phoneAt = (user: string) => network.phoneAt(user, transport, host);
  const ours = () => network.hostport(transport, host)?.split('/')[1] ?? '';

  it('a phone registers', async () => {
    await network.application((srf) => {
      srf.register((req, res) => res.send(200, { headers: { Contact: `${req.get('Contact')};expires=60` } }));
    });
    const phone = await phoneAt('1001');
    phone.call('REGISTER', 'sip:ringback.local');
    const ok = await phone.response(200);
    expect(header(ok, 'Contact')).toBe(`${phone.contact};expires=60`);
    expect(network.server.stats().bindings).toBe(transport === 'udp' ? 0 : 1);
  });

  it('createUAS answers and the phone hangs up', async () => {
    const destroyed = deferred<string>();
    await network.application((srf) => {
      srf.invite(async (req, res) => {
        const dialog = await srf.createUAS(req, res, { localSdp: SDP });
        dialog.on('destroy', (_bye: unknown, reason: string) => destroyed.resolve(reason));
      });
    });
    const phone = await phoneAt('1001');
    const invite = phone.call('INVITE', 'sip:9196@ringback.local', { body: SDP });
    await phone.response(100);
    const ok = await phone.response(200);
    expect(new TextDecoder().decode(ok.body)).toBe(SDP);
    const suffix = transport === 'udp' ? '' : `;transport=${transport}`;
    expect(header(ok, 'Contact')).toBe(`<sip:${ours()}${suffix}>`);
    phone.ack(invite, ok);
    phone.inDialog('BYE', invite, ok);
    await phone.response(200, 'BYE');
    expect(await destroyed.promise).toBe('normal release');
    expect(network.server.stats().dialogs).toBe(0);
  });

  it('createB2BUA joins two phones', async () => {
    const caller = await phoneAt('1001');
    const callee = await phoneAt('1002');
    const ended = deferred<void>();
    await network.application((srf) => {
      srf.register((req, res) => res.send(200, { headers: { Contact: `${req.get('Contact')};expires=60` } }));
      srf.invite(async (req, res) => {
        const target = callee.contact.slice(1, -1);
        const { uas, uac } = await srf.createB2BUA(req, res, target, { localSdpB: req.body });
        uas.on('destroy', () => void uac.destroy().then(() => ended.resolve()));
      });
    });
    callee.call('REGISTER', 'sip:ringback.local');
    await callee.response(200, 'REGISTER');

    const invite = caller.call('INVITE', 'sip:1002@ringback.local', { body: SDP });
    const incoming = await callee.request('INVITE');
    expect(header(incoming, 'Via')).toContain(`SIP/2.0/${transport.toUpperCase()} ${ours()};`);
    callee.reply(incoming, 180, 'Ringing');
    await caller.response(180);
    callee.reply(incoming, 200, 'OK', { body: SDP });
    const ok = await caller.response(200, 'INVITE');
    await callee.request('ACK');
    caller.ack(invite, ok);
    caller.inDialog('BYE', invite, ok);
    await caller.response(200, 'BYE');
    callee.reply(await callee.request('BYE'), 200, 'OK');
    await ended.promise;
    expect(network.server.stats().dialogs).toBe(0);
  });
});

it('tells the application where the server listens', async () => {
  const srf = new (await import('drachtio-srf')).default();
  srf.connect({ host: '127.0.0.1', port: network.server.adminPort, secret: 'wrong' });
  srf.on('error', () => undefined);
  const [error] = (await once(srf, 'connect')) as [Error];
  expect(error.message).toMatch(/failed to authenticate/);
  srf.disconnect();
});
