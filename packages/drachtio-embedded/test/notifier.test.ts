import { once } from 'node:events';
import { header, parseNameAddr } from '@ringback/sip';
import type { SipPhone } from '@ringback/testing';
import type { Message, Response } from 'drachtio-srf';
import { afterEach, describe, expect, it } from 'vitest';
import { Network, SDP } from './network.ts';
import { notifying, RESOURCE, state, subscribe } from './notifying.ts';

let network: Network;
afterEach(() => network.close());

const dialogs = () => network.server.stats().dialogs;

async function start(options: Parameters<typeof Network.start>[0] = {}): Promise<SipPhone> {
  network = await Network.start(options);
  return network.phone('1002');
}

describe('an application that is subscribed to', () => {
  it('notifies, is asked again, and ends it', async () => {
    const phone = await start();
    const { granted } = await notifying(network);
    const request = subscribe(phone);
    const ok = await phone.response(202);
    expect(header(ok, 'Expires')).toBe('600');
    expect(header(ok, 'Contact')).toBe(`<sip:127.0.0.1:${network.port('udp')}>`);
    const { dialog, req } = await granted;
    expect(dialog.id).toContain(req.get('Call-ID'));

    const notified = state(dialog, 'active;expires=600');
    const first = await phone.request('NOTIFY');
    expect(first.uri).toBe(parseNameAddr(phone.contact)!.uri);
    expect(header(first, 'To')).toBe(header(request, 'From'));
    expect(header(first, 'From')).toBe(header(ok, 'To'));
    expect(header(first, 'Contact')).toBe(header(ok, 'Contact'));
    phone.reply(first, 200, 'OK');
    expect(await notified).toMatchObject({ status: 200 });

    dialog.on('subscribe', (_req: Message, res: Response) => res.send(200, { headers: { Expires: '60' } }));
    phone.inDialog('SUBSCRIBE', request, ok, { headers: { Event: 'presence', Expires: '300' } });
    const refreshed = await phone.response(200, 'SUBSCRIBE');
    expect(header(refreshed, 'Expires')).toBe('60');
    expect(header(refreshed, 'Contact')).toBe(header(ok, 'Contact'));

    const unsubscribed = once(dialog, 'unsubscribe');
    phone.inDialog('SUBSCRIBE', request, ok, { headers: { Event: 'presence', Expires: '0' } });
    await phone.response(202, 'SUBSCRIBE');
    await unsubscribed;
    expect(dialogs()).toBe(1);
    const ended = once(dialog, 'destroy');
    void state(dialog, 'terminated;reason=timeout');
    phone.reply(await phone.request('NOTIFY'), 200, 'OK');
    await ended;
    expect(dialogs()).toBe(0);
    phone.inDialog('SUBSCRIBE', request, ok, { headers: { Event: 'presence' } });
    await phone.response(481, 'SUBSCRIBE');
  });

  it('that names no time grants what was asked for, or an hour', async () => {
    const phone = await start();
    await notifying(network);
    const { headers } = phone.build('SUBSCRIBE', RESOURCE);
    expect(headers.map(({ name }) => name)).not.toContain('Expires');
    phone.call('SUBSCRIBE', RESOURCE, { headers: { Event: 'presence' } });
    expect(header(await phone.response(202), 'Expires')).toBe('3600');
  });

  it('that names a time grants that', async () => {
    const phone = await start();
    await notifying(network, { Expires: '30' });
    subscribe(phone);
    expect(header(await phone.response(202), 'Expires')).toBe('30');
  });

  it.each([
    ['481', 481, 0],
    ['489', 489, 0],
    ['500', 500, 1],
    ['503', 503, 1],
  ])('whose NOTIFY gets %s', async (_what, status, left) => {
    const phone = await start();
    const { granted } = await notifying(network);
    subscribe(phone);
    const notified = state((await granted).dialog, 'active');
    phone.reply(await phone.request('NOTIFY'), status, 'No');
    await notified;
    expect(dialogs()).toBe(left);
  });

  it('whose last NOTIFY is challenged may repeat it', async () => {
    const phone = await start();
    const { granted } = await notifying(network);
    subscribe(phone);
    const { dialog } = await granted;
    void state(dialog, 'terminated');
    phone.reply(await phone.request('NOTIFY'), 401, 'Unauthorized');
    await expect.poll(() => network.server.stats().clientTransactions).toBe(1);
    expect(dialogs()).toBe(1);
  });

  it('hears nothing of a BYE in it, which gets 481', async () => {
    const phone = await start();
    await notifying(network);
    const request = subscribe(phone);
    const ok = await phone.response(202);
    for (const method of ['BYE', 'INVITE', 'INFO']) {
      phone.inDialog(method, request, ok, { body: method === 'INVITE' ? SDP : '' });
      await phone.response(481, method);
    }
    expect(dialogs()).toBe(1);
  });

  it('and goes away tells its subscribers to come again', async () => {
    const phone = await start();
    const { srf, granted } = await notifying(network);
    subscribe(phone);
    await granted;
    network.stop(srf);
    const last = await phone.request('NOTIFY');
    expect(header(last, 'Event')).toBe('presence');
    expect(header(last, 'Subscription-State')).toBe('terminated;reason=probation;retry-after=5');
    phone.reply(last, 200, 'OK');
    expect(dialogs()).toBe(0);
  });
});

describe('a SUBSCRIBE', () => {
  it('without Contact gets 400', async () => {
    const phone = await start();
    await notifying(network);
    const request = phone.build('SUBSCRIBE', RESOURCE, { headers: { Event: 'presence' } });
    phone.send({ ...request, headers: request.headers.filter(({ name }) => name !== 'Contact') });
    await phone.response(400, 'SUBSCRIBE');
  });

  it('gets 503 when there is no room for its dialog', async () => {
    const phone = await start({ limits: { dialogs: 1 } });
    await notifying(network);
    subscribe(phone);
    await phone.response(202);
    subscribe(phone);
    expect(header(await phone.response(503, 'SUBSCRIBE'), 'Retry-After')).toBe('5');
  });

  it('with the Call-ID and tag of another has a dialog of another name', async () => {
    const phone = await start();
    const ids: string[] = [];
    await network.application((srf) => {
      srf.subscribe(async (req, res) => ids.push((await srf.createUAS(req, res, {})).id));
    });
    const request = subscribe(phone);
    await phone.response(202);
    const same = Object.fromEntries(['Call-ID', 'From'].map((name) => [name, header(request, name)!]));
    subscribe(phone, { ...same, Event: 'dialog' });
    await phone.response(202);
    await expect.poll(() => ids.length).toBe(2);
    expect(ids[1]).toMatch(new RegExp(`^${ids[0]};to-tag=`));
    expect(dialogs()).toBe(2);
  });
});

describe('a subscription nobody refreshes', () => {
  it('is an unsubscription to its application, and ends by a NOTIFY of the server when that says nothing', async () => {
    await start({ timing: { t1: 10 } });
    const { granted } = await notifying(network);
    const phone = await network.phone('1003', 'tcp');
    subscribe(phone, { Expires: '1' });
    const { dialog } = await granted;
    await once(dialog, 'unsubscribe');
    const last = await phone.request('NOTIFY');
    expect(header(last, 'Subscription-State')).toBe('terminated;reason=timeout');
    expect(header(last, 'Event')).toBe('presence');
    await expect.poll(dialogs).toBe(0);
  });

  it('may be ended by the application with a NOTIFY of its own', async () => {
    await start({ timing: { t1: 10 } });
    const { granted } = await notifying(network);
    const phone = await network.phone('1003', 'tcp');
    subscribe(phone, { Expires: '1' });
    const { dialog } = await granted;
    dialog.on('unsubscribe', () => void dialog.destroy());
    const last = await phone.request('NOTIFY');
    expect(header(last, 'Subscription-State')).toBe('terminated');
    phone.reply(last, 200, 'OK');
    await expect.poll(dialogs).toBe(0);
    expect(phone.unread().filter((line) => line.startsWith('NOTIFY'))).toEqual([]);
  });
});

describe('a browser that subscribed', () => {
  it('is found on its socket for what comes outside of the dialog', async () => {
    await start();
    const { srf } = await notifying(network);
    const page = await network.phone('1003', 'ws');
    subscribe(page);
    await page.response(202);
    expect(network.server.stats().bindings).toBe(1);
    void srf.request(parseNameAddr(page.contact)!.uri, {
      method: 'NOTIFY',
      headers: { Event: 'check-sync' },
    });
    const notify = await page.request('NOTIFY');
    expect(header(notify, 'Contact')).toBe(`<sip:127.0.0.1:${network.port('ws')};transport=ws>`);
  });

  it('does not lose its registration when it unsubscribes, nor to one that names its contact', async () => {
    await start();
    const { srf } = await notifying(network);
    const page = await network.phone('1003', 'ws');
    page.call('REGISTER', 'sip:ringback.local');
    await page.response(200, 'REGISTER');
    subscribe(page, { Expires: '0' });
    await page.response(202);
    const thief = await network.phone('1003', 'ws');
    subscribe(thief, { Contact: page.contact });
    await thief.response(202);
    void srf.request(parseNameAddr(page.contact)!.uri, { method: 'OPTIONS' });
    await page.request('OPTIONS');
  });
});
