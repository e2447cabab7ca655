import { header, tagOf } from '@ringback/sip';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, callIn, deferred, dial } from './support/calls.ts';
import { ANSWER, OFFER } from './support/sdp.ts';
import type { Dialog, Message, Response } from './support/srf.ts';
import { Testbed } from './support/testbed.ts';

describe('createUAS', () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await Testbed.start();
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  /** An INVITE as an application gets it, from a phone that waits. */
  async function invited(headers: Record<string, string> = {}) {
    const { promise, resolve } = deferred<{ req: Message; res: Response }>();
    const srf = await bed.application((app) => app.invite((req, res) => resolve({ req, res })));
    const phone = await bed.phone('caller');
    const invite = phone.call('INVITE', bed.uri('service'), { body: OFFER, headers });
    return { srf, phone, invite, ...(await promise) };
  }

  it('answers with the session, and gives a dialog before the ACK comes', async () => {
    const { srf, phone, invite, req, res } = await invited();
    const dialog = await srf.createUAS(req, res, { localSdp: ANSWER });
    const acknowledged = deferred<Message>();
    dialog.on('ack', acknowledged.resolve);
    const ok = await phone.response(200, 'INVITE');
    expect(bodyOf(ok)).toBe(ANSWER);
    expect(header(ok, 'Content-Type')).toBe('application/sdp');
    expect(header(ok, 'Contact')).toContain(`:${bed.address().port}`);
    expect(dialog.type).toBe('uas');
    expect(dialog.local.sdp).toBe(ANSWER);
    expect(dialog.remote).toEqual({ sdp: OFFER, uri: phone.contact.slice(1, -1) });
    expect(dialog.sip).toEqual({
      callId: header(invite, 'Call-ID'),
      localTag: tagOf(header(ok, 'To')),
      remoteTag: tagOf(header(invite, 'From')),
    });
    phone.ack(invite, ok);
    expect((await acknowledged.promise).method).toBe('ACK');
  });

  it('shows an application where the call came from and where it came in', async () => {
    const { phone, req } = await invited({
      From: '"Ann Lee" <sip:ann@example.org>;tag=x',
      'X-Color': 'green',
    });
    expect(req).toMatchObject({ source: 'network', protocol: 'udp', isNewInvite: true, method: 'INVITE' });
    expect(req.source_address).toBe('127.0.0.1');
    expect(req.source_port).toBe(phone.transport.local.port);
    expect(req.receivedOn).toBe(`127.0.0.1:${bed.address().port}`);
    expect(req.server.hostport).toContain(`udp/127.0.0.1:${bed.address().port}`);
    expect(req.callingNumber).toBe('ann');
    expect(req.callingName).toBe('Ann Lee');
    expect(req.calledNumber).toBe('service');
    expect(req.get('X-Color')).toBe('green');
    expect(req.body).toBe(OFFER);
  });

  it('takes the session from a function or a promise of it, and calls back', async () => {
    const { srf, phone, req, res } = await invited();
    const { promise, resolve } = deferred<Dialog | undefined>();
    srf.createUAS(req, res, { body: async () => ANSWER }, (_, dialog) => resolve(dialog));
    expect(bodyOf(await phone.response(200, 'INVITE'))).toBe(ANSWER);
    expect((await promise)?.local.sdp).toBe(ANSWER);
  });

  it('is not done when that function throws, and the call can still be refused', async () => {
    const { srf, phone, invite, req, res } = await invited();
    const failing = () => Promise.reject(new Error('no ports'));
    await expect(srf.createUAS(req, res, { body: failing })).rejects.toThrow('no ports');
    res.send(500, 'Out of Ports', { headers: { 'Retry-After': '7' } });
    const refused = await phone.response(500);
    expect(refused.reason).toBe('Out of Ports');
    expect(header(refused, 'Retry-After')).toBe('7');
    phone.ackFailure(invite, refused);
  });

  it('adds headers, a Contact and a tag of its own', async () => {
    const { srf, phone, req, res } = await invited();
    const headers = {
      'User-Agent': 'contract',
      'X-Linked': '1',
      Contact: '<sip:me@localhost>',
      To: ';tag=mine',
    };
    const dialog = await srf.createUAS(req, res, { localSdp: ANSWER, headers });
    const ok = await phone.response(200, 'INVITE');
    expect(header(ok, 'User-Agent')).toBe('contract');
    expect(header(ok, 'X-Linked')).toBe('1');
    expect(header(ok, 'Contact')).toBe(`<sip:me@127.0.0.1:${bed.address().port}>`);
    expect(tagOf(header(ok, 'To'))).toBe('mine');
    expect(dialog.sip.localTag).toBe('mine');
  });

  it('rings first: provisional responses of one dialog, told when they are sent', async () => {
    const { srf, phone, invite, req, res } = await invited();
    const sent = deferred<Message | undefined>();
    res.send(180, { headers: { 'X-Ring': '1' } }, (_, message) => sent.resolve(message));
    const ringing = await phone.response(180);
    expect((await sent.promise)?.raw).toContain('180 Ringing');
    res.send(183, { body: ANSWER });
    const progress = await phone.response(183);
    expect(bodyOf(progress)).toBe(ANSWER);
    await srf.createUAS(req, res, { localSdp: ANSWER });
    const ok = await phone.response(200, 'INVITE');
    for (const response of [progress, ok]) expect(header(response, 'To')).toBe(header(ringing, 'To'));
    phone.ack(invite, ok);
  });

  it.each([302, 404, 486, 603])('refuses with %i, once', async (status) => {
    const { phone, invite, res } = await invited();
    res.send(status, { headers: { Contact: '<sip:elsewhere@127.0.0.1:9>', Reason: 'SIP;cause=1' } });
    const refused = await phone.response(status);
    expect(header(refused, 'Reason')).toBe('SIP;cause=1');
    phone.ackFailure(invite, refused);
    const again = deferred<unknown>();
    res.send(200, {}, again.resolve);
    expect(await again.promise).toBeInstanceOf(Error);
    expect(phone.unread().filter((line) => !line.includes('100'))).toEqual([]);
  });

  it('refuses what has no Contact to answer to', async () => {
    await bed.application((srf) => srf.invite((req, res) => srf.createUAS(req, res, { localSdp: ANSWER })));
    const phone = await bed.phone('caller');
    const invite = phone.build('INVITE', bed.uri('service'), { body: OFFER });
    phone.send({ ...invite, headers: invite.headers.filter(({ name }) => name !== 'Contact') });
    await phone.response(400);
  });

  it('is told that the caller hung up before the answer', async () => {
    const { srf, phone, invite, req, res } = await invited();
    res.send(180);
    await phone.response(180);
    const cancelled = deferred<Message>();
    req.on('cancel', cancelled.resolve);
    phone.cancel(invite);
    phone.ackFailure(invite, await phone.response(487, 'INVITE'));
    await phone.response(200, 'CANCEL');
    expect((await cancelled.promise).method).toBe('CANCEL');
    await expect(srf.createUAS(req, res, { localSdp: ANSWER })).rejects.toBeTruthy();
    expect(phone.unread().filter((line) => line.startsWith('SIP/2.0 200'))).toEqual([]);
  });

  it('ends with the caller: destroy with the BYE and its reason', async () => {
    const { srf, leg, dialog } = await callIn(bed);
    const ended = deferred<[Message, string]>();
    dialog.on('destroy', (bye: Message, reason: string) => ended.resolve([bye, reason]));
    leg.ask('BYE', { headers: { Reason: 'Q.850;cause=16;text="Normal"' } });
    await leg.phone.response(200, 'BYE');
    const [bye, reason] = await ended.promise;
    expect(bye.get('Reason')).toBe('Q.850;cause=16;text="Normal"');
    expect(reason).toBe('normal release');
    expect(srf.findDialogById(dialog.id)).toBeUndefined();
  });

  it('ends with the application: BYE with its headers', async () => {
    const { srf, leg, dialog } = await callIn(bed);
    const ending = dialog.destroy({ headers: { 'X-Reason': 'done', Reason: 'Q.850;cause=16' } });
    const bye = await leg.phone.request('BYE');
    expect(bye.uri).toBe(leg.phone.contact.slice(1, -1));
    expect(header(bye, 'X-Reason')).toBe('done');
    expect(header(bye, 'Reason')).toBe('Q.850;cause=16');
    expect(tagOf(header(bye, 'From'))).toBe(dialog.sip.localTag);
    expect(tagOf(header(bye, 'To'))).toBe(dialog.sip.remoteTag);
    leg.phone.reply(bye, 200, 'OK');
    expect((await ending).method).toBe('BYE');
    expect(dialog.connected).toBe(false);
    expect(srf.findDialogById(dialog.id)).toBeUndefined();
  });

  it('gives the answer again until it is acknowledged, to who did not hear it', async () => {
    const { srf, phone, invite, req, res } = await invited();
    await srf.createUAS(req, res, { localSdp: ANSWER });
    const first = await phone.response(200, 'INVITE');
    const second = await phone.response(200, 'INVITE');
    expect(header(second, 'To')).toBe(header(first, 'To'));
    phone.ack(invite, second);
  });

  it('says so when an application fails to answer as SIP would have it', async () => {
    const { srf, phone, req, res } = await invited();
    res.send(480);
    await phone.response(480);
    await expect(srf.createUAS(req, res, { localSdp: ANSWER })).rejects.toThrow(/already sent/);
    expect(() => res.send(999)).toThrow(/valid sip response code/);
  });

  it('lets a tag that is no tag of a dialog find none', async () => {
    const { phone } = await callIn(bed).then(({ leg }) => leg);
    phone.call('BYE', bed.uri('service'), { headers: { To: '<sip:service@x>;tag=made-up' } });
    await phone.response(481, 'BYE');
    phone.call('INVITE', bed.uri('service'), { headers: { To: '<sip:service@x>;tag=made-up' }, body: OFFER });
    await phone.response(481, 'INVITE');
  });

  it('keeps the calls of many callers apart', async () => {
    const dialogs: Promise<Dialog>[] = [];
    await bed.application((srf) =>
      srf.invite((req, res) => dialogs.push(srf.createUAS(req, res, { localSdp: ANSWER }))),
    );
    const phones = await Promise.all(['a', 'b', 'c', 'd'].map((user) => bed.phone(user)));
    const legs = await Promise.all(phones.map((phone) => dial(bed, phone)));
    for (const dialog of await Promise.all(dialogs)) void dialog.destroy();
    for (const { phone, invite } of legs) {
      const bye = await phone.request('BYE');
      expect(header(bye, 'Call-ID')).toBe(header(invite, 'Call-ID'));
      phone.reply(bye, 200, 'OK');
    }
  });
});
