import { once } from 'node:events';
import { header, parseNameAddr, type SipRequest, type SipResponse } from '@ringback/sip';
import type { SipPhone } from '@ringback/testing';
import type { Dialog, Message, Response } from 'drachtio-srf';
import { afterEach, describe, expect, it } from 'vitest';
import { deferred, Network, SDP } from './network.ts';
import { notifying, RESOURCE, state } from './notifying.ts';

let network: Network;
afterEach(() => network.close());

const dialogs = () => network.server.stats().dialogs;

async function start(options: Parameters<typeof Network.start>[0] = {}): Promise<SipPhone> {
  network = await Network.start(options);
  return network.phone('1002');
}

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
    const { granted } = await notifying(network);
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
