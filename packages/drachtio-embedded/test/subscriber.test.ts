import { once } from 'node:events';
import { header, parseNameAddr, responseTo, type SipRequest, type SipResponse, tagOf } from '@ringback/sip';
import type { MessageParts, SipPhone } from '@ringback/testing';
import type Srf from 'drachtio-srf';
import type { Dialog, Message, Response } from 'drachtio-srf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deferred, Network, SDP } from './network.ts';

let network: Network;
let srf: Srf;
let notifier: SipPhone;
beforeEach(async () => {
  network = await Network.start();
  srf = await network.application();
  notifier = await network.phone('1002');
});
afterEach(() => network.close());

const target = () => parseNameAddr(notifier.contact)!.uri;
const dialogs = () => network.server.stats().dialogs;

/** drachtio-srf tells the end of a subscription only when subscriber and resource have the same address. */
const subscribe = (headers: Record<string, string> = {}) =>
  srf.createUAC(target(), {
    method: 'SUBSCRIBE',
    headers: { From: `<${target()}>`, Event: 'dialog', Expires: '600', ...headers },
  });

const grant = (request: SipRequest, parts: MessageParts & { tag?: string } = {}) =>
  notifier.reply(request, 202, 'Accepted', { ...parts, headers: { Expires: '600', ...parts.headers } });

/** A 2xx that was not sent, of the peer with that tag. */
const from = (request: SipRequest, toTag: string) => responseTo(request, 202, '', { toTag });

const notify = (request: SipRequest, ok: SipResponse, state: string, parts: MessageParts = {}) =>
  notifier.inAnsweredDialog('NOTIFY', request, ok, {
    ...parts,
    headers: { Event: 'dialog', 'Subscription-State': state, ...parts.headers },
  });

async function subscribed(): Promise<{ dialog: Dialog; request: SipRequest; ok: SipResponse }> {
  const granted = subscribe();
  const request = await notifier.request('SUBSCRIBE');
  const ok = grant(request);
  return { dialog: await granted, request, ok };
}

describe('an application that subscribes', () => {
  it('is notified, refreshes, unsubscribes and is told of the end', async () => {
    const { dialog, request, ok } = await subscribed();
    expect(header(request, 'Contact')).toBe(`<sip:127.0.0.1:${network.port('udp')}>`);
    expect(dialog.id).toBe(`${header(request, 'Call-ID')};from-tag=${tagOf(header(request, 'From'))}`);

    const notified = once(dialog, 'notify') as Promise<[Message, Response]>;
    notify(request, ok, 'active;expires=600', { body: '<dialog-info/>', contentType: 'application/x' });
    const [req, res] = await notified;
    expect(req.body).toBe('<dialog-info/>');
    res.send(200);
    await notifier.response(200, 'NOTIFY');

    const refreshed = dialog.request({ method: 'SUBSCRIBE', headers: { Event: 'dialog', Expires: '300' } });
    const refresh = await notifier.request('SUBSCRIBE');
    expect(header(refresh, 'To')).toBe(header(ok, 'To'));
    expect(header(refresh, 'Contact')).toBe(header(request, 'Contact'));
    grant(refresh, { headers: { Expires: '300' } });
    expect(await refreshed).toMatchObject({ status: 202 });

    const ended = dialog.request({ method: 'SUBSCRIBE', headers: { Event: 'dialog', Expires: '0' } });
    grant(await notifier.request('SUBSCRIBE'), { headers: { Expires: '0' } });
    await ended;
    expect(dialogs()).toBe(1);
    const destroyed = once(dialog, 'destroy');
    dialog.removeAllListeners('notify');
    notify(request, ok, 'terminated;reason=timeout');
    await notifier.response(200, 'NOTIFY');
    await destroyed;
    expect(dialogs()).toBe(0);
    await expect(dialog.request({ method: 'SUBSCRIBE' })).rejects.toMatchObject({ code: 'ENODIALOG' });
    notify(request, ok, 'active');
    await notifier.response(481, 'NOTIFY');
  });

  it('sees the NOTIFY that overtook the 2xx, once and after it', async () => {
    const granted = subscribe();
    const request = await notifier.request('SUBSCRIBE');
    const early = notify(request, from(request, '1002'), 'active;expires=600', { body: 'state' });
    notifier.send(early);
    await expect.poll(() => network.server.stats().serverTransactions).toBe(1);
    grant(request);
    const [req, res] = (await once(await granted, 'notify')) as [Message, Response];
    expect(req.body).toBe('state');
    res.send(200);
    await notifier.response(200, 'NOTIFY');
    expect(dialogs()).toBe(1);
  });

  it('sees the NOTIFY that came right behind the 2xx', async () => {
    const granted = subscribe();
    const request = await notifier.request('SUBSCRIBE');
    notify(request, grant(request), 'active;expires=600', { body: 'state' });
    const [req, res] = (await once(await granted, 'notify')) as [Message, Response];
    expect(req.body).toBe('state');
    res.send(200);
    await notifier.response(200, 'NOTIFY');
  });

  it('only to fetch the state once has no dialog afterwards', async () => {
    const granted = subscribe({ Expires: '0' });
    const request = await notifier.request('SUBSCRIBE');
    const ok = grant(request, { headers: { Expires: '0' } });
    await granted;
    expect(dialogs()).toBe(1);
    notify(request, ok, 'terminated;reason=timeout', { body: 'state' });
    await notifier.response(200, 'NOTIFY');
    expect(dialogs()).toBe(0);
  });

  it('in the dialog of a call is notified after its BYE', async () => {
    const call = srf.createUAC(target(), { localSdp: SDP });
    const invite = await notifier.request('INVITE');
    const answer = notifier.reply(invite, 200, 'OK', { body: SDP });
    await notifier.request('ACK');
    const dialog = await call;
    const subscribed = dialog.request({ method: 'SUBSCRIBE', headers: { Event: 'dialog', Expires: '60' } });
    grant(await notifier.request('SUBSCRIBE'));
    await subscribed;
    notifier.inAnsweredDialog('BYE', invite, answer);
    await notifier.response(200, 'BYE');
    expect(dialogs()).toBe(1);
    notify(invite, answer, 'terminated');
    // drachtio-srf has forgotten the dialog, and nobody routed NOTIFY.
    await notifier.response(404, 'NOTIFY');
    expect(dialogs()).toBe(0);
  });

  it('is refused, and whoever notifies nevertheless gets 481', async () => {
    const refused = subscribe().catch((error: { status: number }) => error.status);
    const request = await notifier.request('SUBSCRIBE');
    const nobody = from(request, '1002');
    notify(request, nobody, 'pending');
    await expect.poll(() => network.server.stats().serverTransactions).toBe(1);
    notifier.reply(request, 489, 'Bad Event');
    await notifier.response(481, 'NOTIFY');
    expect(await refused).toBe(489);
    notify(request, nobody, 'active');
    await notifier.response(481, 'NOTIFY');
    expect(dialogs()).toBe(0);
  });

  it('answers a challenge in the same call', async () => {
    const granted = srf.createUAC(target(), {
      method: 'SUBSCRIBE',
      headers: { Event: 'dialog' },
      auth: { username: 'u', password: 'p' },
    });
    const first = await notifier.request('SUBSCRIBE');
    notifier.reply(first, 401, 'Unauthorized', {
      headers: { 'WWW-Authenticate': 'Digest realm="r", nonce="n", algorithm=MD5, qop="auth"' },
    });
    const second = await notifier.request('SUBSCRIBE');
    for (const name of ['Call-ID', 'From']) expect(header(second, name)).toBe(header(first, name));
    const ok = grant(second);
    const dialog = await granted;
    const notified = once(dialog, 'notify') as Promise<[Message, Response]>;
    notify(second, ok, 'active');
    (await notified)[1].send(200);
    await notifier.response(200, 'NOTIFY');
  });

  it('learns the peer’s new address from NOTIFY', async () => {
    const { dialog, request, ok } = await subscribed();
    const other = await network.phone('1002');
    notify(request, ok, 'active', { headers: { Contact: other.contact } });
    await notifier.response(200, 'NOTIFY');
    void dialog.request({ method: 'SUBSCRIBE', headers: { Event: 'dialog' } });
    expect((await other.request('SUBSCRIBE')).uri).toBe(parseNameAddr(other.contact)!.uri);
  });

  it.each([481, 404, 489])('has no dialog any more when a refresh gets %i', async (status) => {
    const { dialog } = await subscribed();
    const refreshed = dialog.request({ method: 'SUBSCRIBE', headers: { Event: 'dialog' } });
    notifier.reply(await notifier.request('SUBSCRIBE'), status, 'No');
    expect(await refreshed).toMatchObject({ status });
    expect(dialogs()).toBe(0);
  });

  it.each([500, 503])('keeps it when a refresh gets %i', async (status) => {
    const { dialog } = await subscribed();
    const refreshed = dialog.request({ method: 'SUBSCRIBE', headers: { Event: 'dialog' } });
    notifier.reply(await notifier.request('SUBSCRIBE'), status, 'No');
    expect(await refreshed).toMatchObject({ status });
    expect(dialogs()).toBe(1);
  });

  it('and destroys its dialog ends it, whatever its NOTIFY is answered', async () => {
    const { dialog } = await subscribed();
    void dialog.destroy();
    const final = await notifier.request('NOTIFY');
    expect(header(final, 'Subscription-State')).toBe('terminated');
    notifier.reply(final, 481, 'Subscription Does Not Exist');
    await expect.poll(dialogs).toBe(0);
  });

  it('and goes away unsubscribes', async () => {
    const { request, ok } = await subscribed();
    network.stop(srf);
    const last = await notifier.request('SUBSCRIBE');
    expect([header(last, 'Expires'), header(last, 'Event')]).toEqual(['0', 'dialog']);
    grant(last, { headers: { Expires: '0' } });
    notify(request, ok, 'terminated');
    await notifier.response(481, 'NOTIFY');
    expect(dialogs()).toBe(0);
  });

  it('and goes away before the answer unsubscribes from what was granted', async () => {
    subscribe().catch(() => undefined);
    const request = await notifier.request('SUBSCRIBE');
    network.stop(srf);
    await expect.poll(() => network.server.stats().applications).toBe(0);
    grant(request);
    expect(header(await notifier.request('SUBSCRIBE'), 'Expires')).toBe('0');
    expect(dialogs()).toBe(0);
  });
});

describe('a SUBSCRIBE that forks', () => {
  const fork = (request: SipRequest, tag: string, state: string) =>
    notify(request, from(request, tag), state);

  it('has a dialog for each of its forks, and the first is that of the 2xx', async () => {
    const others: Message[] = [];
    await network.close();
    network = await Network.start();
    notifier = await network.phone('1002');
    srf = await network.application((app) => {
      app.notify((req, res) => {
        others.push(req);
        res.send(200);
      });
    });
    const granted = subscribe();
    const request = await notifier.request('SUBSCRIBE');
    fork(request, 'early', 'active');
    grant(request, { tag: 'main' });
    const dialog = await granted;
    await notifier.response(200, 'NOTIFY');
    fork(request, 'late', 'active');
    await notifier.response(200, 'NOTIFY');
    fork(request, 'main', 'active');
    await notifier.response(200, 'NOTIFY');
    expect(others.map((req) => req.stackDialogId)).toEqual([
      `${dialog.id};to-tag=early`,
      `${dialog.id};to-tag=late`,
    ]);
    expect(dialogs()).toBe(3);
    fork(request, 'late', 'terminated;reason=noresource');
    await notifier.response(200, 'NOTIFY');
    expect(dialogs()).toBe(2);
  });

  it('loses the forks its application does not want', async () => {
    const { request } = await subscribed();
    fork(request, 'other', 'active');
    await notifier.response(404, 'NOTIFY');
    await expect.poll(dialogs).toBe(1);
  });
});

describe('a subscription nobody ends', () => {
  it('is over when its time is up, and its application is told', async () => {
    await network.close();
    // Over TCP nothing is sent again; 64*T1 is 640 ms here.
    network = await Network.start({ timing: { t1: 10 } });
    srf = await network.application((app) => app.register((_req, res) => res.send(200)));
    notifier = await network.phone('1002', 'tcp');
    notifier.call('REGISTER', 'sip:ringback.local');
    await notifier.response(200, 'REGISTER');
    const granted = subscribe();
    grant(await notifier.request('SUBSCRIBE'), { headers: { Expires: '2' } });
    const dialog = await granted;
    const told = deferred<Message>();
    dialog.on('notify', (req: Message) => told.resolve(req));
    const last = await told.promise;
    expect(last.get('Subscription-State')).toBe('terminated;reason=timeout');
    expect(last.get('Event')).toBe('dialog');
    await expect.poll(dialogs).toBe(0);
    expect(notifier.unread()).toEqual([]);
  });
});
