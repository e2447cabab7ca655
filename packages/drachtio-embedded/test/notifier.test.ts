import { once } from 'node:events';
import { header, parseNameAddr, type SipRequest, type SipResponse } from '@ringback/sip';
import type { SipPhone } from '@ringback/testing';
import type Srf from 'drachtio-srf';
import type { Dialog, Message, Response } from 'drachtio-srf';
import { afterEach, describe, expect, it } from 'vitest';
import { deferred, Network, SDP } from './network.ts';

let network: Network;
afterEach(() => network.close());

const dialogs = () => network.server.stats().dialogs;
const RESOURCE = 'sip:1001@ringback.local';

/** An application that grants every SUBSCRIBE and REFER. */
async function notifying(
  headers: Record<string, string> = {},
): Promise<{ srf: Srf; granted: Promise<{ dialog: Dialog; req: Message }> }> {
  const granted = deferred<{ dialog: Dialog; req: Message }>();
  const grant = async (app: Srf, req: Message, res: Response) =>
    granted.resolve({ dialog: await app.createUAS(req, res, { headers }), req });
  const srf = await network.application((app) => {
    app.subscribe((req, res) => void grant(app, req, res));
    app.refer((req, res) => void grant(app, req, res));
    app.register((_req, res) => res.send(200, { headers: { Expires: '600' } }));
  });
  return { srf, granted: granted.promise };
}

async function start(options: Parameters<typeof Network.start>[0] = {}): Promise<SipPhone> {
  network = await Network.start(options);
  return network.phone('1002');
}

const subscribe = (phone: SipPhone, headers: Record<string, string> = {}) =>
  phone.call('SUBSCRIBE', RESOURCE, { headers: { Event: 'presence', Expires: '600', ...headers } });

const state = (dialog: Dialog, subscriptionState: string, event = 'presence') =>
  dialog.request({
    method: 'NOTIFY',
    headers: { Event: event, 'Subscription-State': subscriptionState },
  });

describe('an application that is subscribed to', () => {
  it('notifies, is asked again, and ends it', async () => {
    const phone = await start();
    const { granted } = await notifying();
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
    await notifying();
    const { headers } = phone.build('SUBSCRIBE', RESOURCE);
    expect(headers.map(({ name }) => name)).not.toContain('Expires');
    phone.call('SUBSCRIBE', RESOURCE, { headers: { Event: 'presence' } });
    expect(header(await phone.response(202), 'Expires')).toBe('3600');
  });

  it('that names a time grants that', async () => {
    const phone = await start();
    await notifying({ Expires: '30' });
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
    const { granted } = await notifying();
    subscribe(phone);
    const notified = state((await granted).dialog, 'active');
    phone.reply(await phone.request('NOTIFY'), status, 'No');
    await notified;
    expect(dialogs()).toBe(left);
  });

  it('whose last NOTIFY is challenged may repeat it', async () => {
    const phone = await start();
    const { granted } = await notifying();
    subscribe(phone);
    const { dialog } = await granted;
    void state(dialog, 'terminated');
    phone.reply(await phone.request('NOTIFY'), 401, 'Unauthorized');
    await expect.poll(() => network.server.stats().clientTransactions).toBe(1);
    expect(dialogs()).toBe(1);
  });

  it('hears nothing of a BYE in it, which gets 481', async () => {
    const phone = await start();
    await notifying();
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
    const { srf, granted } = await notifying();
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
    await notifying();
    const request = phone.build('SUBSCRIBE', RESOURCE, { headers: { Event: 'presence' } });
    phone.send({ ...request, headers: request.headers.filter(({ name }) => name !== 'Contact') });
    await phone.response(400, 'SUBSCRIBE');
  });

  it('gets 503 when there is no room for its dialog', async () => {
    const phone = await start({ limits: { dialogs: 1 } });
    await notifying();
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
    const { granted } = await notifying();
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
    const { granted } = await notifying();
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
    const { srf } = await notifying();
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
    const { srf } = await notifying();
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

describe('REFER', () => {
  const TARGET = { 'Refer-To': '<sip:1003@ringback.local>' };

  /** A call from the phone to the application. */
  async function call(
    phone: SipPhone,
  ): Promise<{ invite: SipRequest; ok: SipResponse; dialog: Dialog; late: Message[] }> {
    const answered = deferred<Dialog>();
    const late: Message[] = [];
    await network.application((srf) => {
      srf.invite(async (req, res) => answered.resolve(await srf.createUAS(req, res, { localSdp: SDP })));
      srf.notify((req, res) => {
        late.push(req);
        res.send(200);
      });
    });
    const invite = phone.call('INVITE', RESOURCE, { body: SDP });
    const ok = await phone.response(200);
    phone.ack(invite, ok);
    return { invite, ok, dialog: await answered.promise, late };
  }

  it('in a call is notified of after the BYE, and only of that', async () => {
    const phone = await start();
    const { invite, ok, dialog } = await call(phone);
    dialog.on('refer', (_req: Message, res: Response) => res.send(202));
    const refer = phone.inDialog('REFER', invite, ok, { headers: TARGET });
    expect(header(await phone.response(202, 'REFER'), 'Contact')).toBe(header(ok, 'Contact'));
    void state(dialog, 'active;expires=60', 'refer');
    phone.reply(await phone.request('NOTIFY'), 200, 'OK');
    phone.inDialog('BYE', invite, ok);
    await phone.response(200, 'BYE');
    expect(dialogs()).toBe(1);
    phone.inDialog('INFO', invite, ok);
    await phone.response(481, 'INFO');
    await expect(dialog.request({ method: 'INFO' })).rejects.toMatchObject({ code: 'ENODIALOG' });

    const sequence = header(refer, 'CSeq')!.split(' ')[0];
    void state(dialog, 'terminated;reason=noresource', `refer;id=${sequence}`);
    const last = await phone.request('NOTIFY');
    expect(header(last, 'Call-ID')).toBe(header(invite, 'Call-ID'));
    phone.reply(last, 200, 'OK');
    await expect.poll(dialogs).toBe(0);
  });

  it('of the application in a call is heard of after its BYE', async () => {
    const phone = await start();
    const { invite, ok, dialog, late } = await call(phone);
    const referred = dialog.request({ method: 'REFER', headers: TARGET });
    const refer = await phone.request('REFER');
    expect(header(refer, 'Contact')).toBe(header(ok, 'Contact'));
    phone.reply(refer, 202, 'Accepted');
    await referred;
    const destroyed = dialog.destroy();
    phone.reply(await phone.request('BYE'), 200, 'OK');
    await destroyed;
    expect(dialogs()).toBe(1);
    phone.inDialog('NOTIFY', invite, ok, {
      headers: { Event: 'refer', 'Subscription-State': 'terminated;reason=noresource' },
      body: 'SIP/2.0 200 OK',
      contentType: 'message/sipfrag',
    });
    await phone.response(200, 'NOTIFY');
    expect(late.map((req) => [req.stackDialogId, req.body])).toEqual([[dialog.id, 'SIP/2.0 200 OK']]);
    expect(dialogs()).toBe(0);
  });

  it.each(['refused', 'without subscription'])('that is %s leaves nothing after the BYE', async (how) => {
    const phone = await start();
    const { invite, ok, dialog } = await call(phone);
    dialog.on('refer', (_req: Message, res: Response) =>
      how === 'refused' ? res.send(603) : res.send(202, { headers: { 'Refer-Sub': 'false' } }),
    );
    phone.inDialog('REFER', invite, ok, { headers: TARGET });
    await phone.response(how === 'refused' ? 603 : 202, 'REFER');
    phone.inDialog('BYE', invite, ok);
    await phone.response(200, 'BYE');
    expect(dialogs()).toBe(0);
  });

  it('outside of a call makes a dialog to be notified in', async () => {
    const phone = await start();
    const { granted } = await notifying();
    phone.call('REFER', RESOURCE, { headers: TARGET });
    const ok = await phone.response(202, 'REFER');
    expect(header(ok, 'Expires')).toBeUndefined();
    const { dialog } = await granted;
    void state(dialog, 'terminated;reason=noresource', 'refer');
    const last = await phone.request('NOTIFY');
    expect(header(last, 'From')).toBe(header(ok, 'To'));
    phone.reply(last, 200, 'OK');
    await expect.poll(dialogs).toBe(0);
  });

  it('of the application outside of a call is answered by NOTIFYs', async () => {
    const phone = await start();
    const news: string[] = [];
    const srf = await network.application((app) => {
      app.notify((req, res) => {
        news.push(req.get('Subscription-State'));
        res.send(200);
      });
    });
    const request = await srf.request(parseNameAddr(phone.contact)!.uri, {
      method: 'REFER',
      headers: TARGET,
    });
    const answered = once(request, 'response') as Promise<[Message]>;
    const refer = await phone.request('REFER');
    const ok = phone.reply(refer, 202, 'Accepted');
    expect((await answered)[0].stackDialogId).toContain(request.get('Call-ID'));
    for (const text of ['active;expires=60', 'terminated;reason=noresource']) {
      phone.inAnsweredDialog('NOTIFY', refer, ok, {
        headers: { Event: 'refer', 'Subscription-State': text },
      });
      await phone.response(200, 'NOTIFY');
    }
    expect(news).toEqual(['active;expires=60', 'terminated;reason=noresource']);
    expect(dialogs()).toBe(0);
  });
});
