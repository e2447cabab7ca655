import { header, tagOf } from '@ringback/sip';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, deferred, failureOf } from './support/calls.ts';
import type { Dialog, Message, Response } from './support/srf.ts';
import { Testbed, uriOf } from './support/testbed.ts';

const PRESENCE = { Event: 'presence', Expires: '600' };
const active = { Event: 'presence', 'Subscription-State': 'active;expires=600' };
const terminated = { Event: 'presence', 'Subscription-State': 'terminated;reason=noresource' };
const note = { body: '<presence/>', contentType: 'application/pidf+xml' };

describe('subscriptions', () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await Testbed.start();
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  /** An application that accepts what a phone subscribes to. */
  async function notifier() {
    const { promise, resolve } = deferred<Dialog>();
    const srf = await bed.application((app) =>
      app.subscribe(async (req, res) =>
        resolve(await app.createUAS(req, res, { headers: { Expires: '600' } })),
      ),
    );
    const phone = await bed.phone('watcher');
    const subscribe = phone.call('SUBSCRIBE', bed.uri('service'), { headers: PRESENCE });
    const accepted = await phone.response(202, 'SUBSCRIBE');
    return { srf, phone, subscribe, accepted, dialog: await promise };
  }

  /** An application that subscribes to what a phone has to tell. */
  async function subscriber() {
    const [srf, phone] = [await bed.application(), await bed.phone('state')];
    // drachtio-srf knows the end of a subscription only where both sides have one name.
    const headers = { ...PRESENCE, From: 'sip:state@example.org', To: 'sip:state@example.org' };
    const subscribing = srf.createUAC(uriOf(phone), { method: 'SUBSCRIBE', headers });
    const subscribe = await phone.request('SUBSCRIBE');
    const accepted = phone.reply(subscribe, 200, 'OK', { headers: { Expires: '600' } });
    return { srf, phone, subscribe, accepted, dialog: await subscribing };
  }

  it('of phones are accepted by createUAS, and are dialogs', async () => {
    const { accepted, subscribe, dialog } = await notifier();
    expect(header(accepted, 'Expires')).toBe('600');
    expect(header(accepted, 'Contact')).toContain(`:${bed.address().port}`);
    expect(dialog.dialogType).toBe('SUBSCRIBE');
    expect(dialog.getCountOfSubscriptions()).toBe(1);
    expect(dialog.sip.remoteTag).toBe(tagOf(header(subscribe, 'From')));
  });

  it('of phones are notified, and end with the last NOTIFY', async () => {
    const { srf, phone, subscribe, dialog } = await notifier();
    const asking = dialog.request({
      method: 'NOTIFY',
      headers: { ...active, 'Content-Type': note.contentType },
      body: note.body,
    });
    const notify = await phone.request('NOTIFY');
    expect(notify.uri).toBe(uriOf(phone));
    expect(header(notify, 'Call-ID')).toBe(header(subscribe, 'Call-ID'));
    expect(header(notify, 'Event')).toBe('presence');
    expect(bodyOf(notify)).toBe(note.body);
    phone.reply(notify, 200, 'OK');
    expect((await asking).status).toBe(200);
    const ended = deferred();
    dialog.on('destroy', () => ended.resolve());
    const ending = dialog.request({ method: 'NOTIFY', headers: terminated });
    phone.reply(await phone.request('NOTIFY'), 200, 'OK');
    await ending;
    await ended.promise;
    expect(dialog.getCountOfSubscriptions()).toBe(0);
    expect(srf.findDialogById(dialog.id)).toBeUndefined();
  });

  it('of phones are ended by destroy, with a NOTIFY', async () => {
    const { phone, dialog } = await notifier();
    void dialog.destroy();
    const notify = await phone.request('NOTIFY');
    expect(header(notify, 'Subscription-State')).toMatch(/^terminated/);
    expect(header(notify, 'Event')).toBe('presence');
    phone.reply(notify, 200, 'OK');
  });

  it('of phones are refreshed and given up within the dialog', async () => {
    const { phone, subscribe, accepted, dialog } = await notifier();
    const refreshed = deferred<Message>();
    const given = deferred<string>();
    dialog.on('subscribe', (req: Message, res: Response) => {
      refreshed.resolve(req);
      res.send(200, { headers: { Expires: '300' } });
    });
    dialog.on('unsubscribe', (_: Message, reason: string) => given.resolve(reason));
    phone.inDialog('SUBSCRIBE', subscribe, accepted, { headers: { Event: 'presence', Expires: '300' } });
    expect(header(await phone.response(200, 'SUBSCRIBE'), 'Expires')).toBe('300');
    expect((await refreshed.promise).get('Expires')).toBe('300');
    phone.inDialog('SUBSCRIBE', subscribe, accepted, { headers: { Event: 'presence', Expires: '0' } });
    await phone.response(202, 'SUBSCRIBE');
    expect(await given.promise).toBe('unsubscribe');
  });

  it('of phones are refused like any request', async () => {
    await bed.application((srf) => srf.subscribe((_, res) => res.send(489)));
    const phone = await bed.phone('watcher');
    phone.call('SUBSCRIBE', bed.uri('service'), { headers: PRESENCE });
    await phone.response(489, 'SUBSCRIBE');
  });

  it('of applications are dialogs, too, and bring NOTIFYs', async () => {
    const { phone, subscribe, accepted, dialog } = await subscriber();
    expect(header(subscribe, 'Event')).toBe('presence');
    expect(header(subscribe, 'Contact')).toContain(`:${bed.address().port}`);
    expect(dialog.dialogType).toBe('SUBSCRIBE');
    const notified = deferred<Message>();
    dialog.on('notify', (req: Message, res: Response) => {
      notified.resolve(req);
      res.send(200);
    });
    phone.inAnsweredDialog('NOTIFY', subscribe, accepted, { headers: active, ...note });
    await phone.response(200, 'NOTIFY');
    const notify = await notified.promise;
    expect(notify.body).toBe(note.body);
    expect(notify.get('Subscription-State')).toBe(active['Subscription-State']);
  });

  it('of applications end when the phone says so', async () => {
    const { srf, phone, subscribe, accepted, dialog } = await subscriber();
    const ended = deferred<Message>();
    dialog.on('destroy', ended.resolve);
    phone.inAnsweredDialog('NOTIFY', subscribe, accepted, { headers: terminated });
    await phone.response(200, 'NOTIFY');
    expect((await ended.promise).get('Subscription-State')).toBe(terminated['Subscription-State']);
    expect(srf.findDialogById(dialog.id)).toBeUndefined();
  });

  it('of applications are refreshed and given up by requests in the dialog', async () => {
    const { phone, subscribe, dialog } = await subscriber();
    for (const Expires of ['900', '0']) {
      const asking = dialog.request({ method: 'SUBSCRIBE', headers: { Event: 'presence', Expires } });
      const request = await phone.request('SUBSCRIBE');
      expect(header(request, 'Call-ID')).toBe(header(subscribe, 'Call-ID'));
      expect(header(request, 'Expires')).toBe(Expires);
      expect(tagOf(header(request, 'To'))).toBe(dialog.sip.remoteTag);
      phone.reply(request, 200, 'OK', { headers: { Expires } });
      expect((await asking).status).toBe(200);
    }
  });

  it('of applications fail as a SipError, and answer a challenge', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('state')];
    const options = { method: 'SUBSCRIBE', headers: { ...PRESENCE } };
    const failing = failureOf(srf.createUAC(uriOf(phone), options));
    phone.reply(await phone.request('SUBSCRIBE'), 403, 'Forbidden');
    expect(await failing).toMatchObject({ status: 403 });
    const auth = { username: 'ann', password: 'x' };
    const subscribing = srf.createUAC(uriOf(phone), { method: 'SUBSCRIBE', headers: { ...PRESENCE }, auth });
    phone.reply(await phone.request('SUBSCRIBE'), 401, 'Unauthorized', {
      headers: { 'WWW-Authenticate': 'Digest realm="r", nonce="n"' },
    });
    const second = await phone.request('SUBSCRIBE');
    expect(header(second, 'Authorization')).toContain('username="ann"');
    phone.reply(second, 202, 'Accepted', { headers: { Expires: '600' } });
    expect((await subscribing).dialogType).toBe('SUBSCRIBE');
  });
});
