import { header } from '@ringback/sip';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect } from './support/b2bua.ts';
import { bodyOf, CALLS, callOut, deferred, pickUp } from './support/calls.ts';
import { OFFER, sdp } from './support/sdp.ts';
import type { Message, Response } from './support/srf.ts';
import { Testbed } from './support/testbed.ts';

const progress = (line: string) => ({
  headers: { Event: 'refer', 'Subscription-State': 'active;expires=60', 'Content-Type': 'message/sipfrag' },
  body: line,
});

describe('REFER', () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await Testbed.start();
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  it.each(CALLS)('of the peer in a call that was %s is accepted, and its NOTIFYs go out', async (_, call) => {
    const { leg, dialog } = await call(bed);
    dialog.on('refer', async (req: Message, res: Response) => {
      expect(req.getParsedHeader('Refer-To').uri).toBe('sip:carol@example.org');
      res.send(202);
      await dialog.request({ method: 'NOTIFY', ...progress('SIP/2.0 100 Trying') });
      await dialog.request({ method: 'NOTIFY', ...progress('SIP/2.0 200 OK') });
    });
    leg.ask('REFER', { headers: { 'Refer-To': '<sip:carol@example.org>' } });
    await leg.phone.response(202, 'REFER');
    for (const line of ['SIP/2.0 100 Trying', 'SIP/2.0 200 OK']) {
      const notify = await leg.phone.request('NOTIFY');
      expect(header(notify, 'Event')).toBe('refer');
      expect(header(notify, 'Content-Type')).toBe('message/sipfrag');
      expect(bodyOf(notify)).toBe(line);
      leg.phone.reply(notify, 200, 'OK');
    }
  });

  it('of an application brings the NOTIFYs of the peer', async () => {
    const { leg, dialog } = await callOut(bed);
    const told: string[] = [];
    const done = deferred();
    dialog.on('notify', (req: Message, res: Response) => {
      res.send(200);
      if (told.push(req.body) === 2) done.resolve();
    });
    const referring = dialog.request({ method: 'REFER', headers: { 'Refer-To': '<sip:carol@example.org>' } });
    const refer = await leg.phone.request('REFER');
    expect(header(refer, 'Refer-To')).toBe('<sip:carol@example.org>');
    expect(header(refer, 'Contact')).toContain(`:${bed.address().port}`);
    leg.phone.reply(refer, 202, 'Accepted');
    expect((await referring).status).toBe(202);
    for (const line of ['SIP/2.0 100 Trying', 'SIP/2.0 200 OK']) {
      const { body, headers } = progress(line);
      leg.ask('NOTIFY', { body, headers, contentType: 'message/sipfrag' });
      await leg.phone.response(200, 'NOTIFY');
    }
    await done.promise;
    expect(told).toEqual(['SIP/2.0 100 Trying', 'SIP/2.0 200 OK']);
  });

  it('lets a B2BUA move the other side to somebody new', async () => {
    const { a, b, uas, uac } = await connect(bed);
    const carol = await bed.phone('carol');
    uac.on('refer', async (req: Message, res: Response) => {
      res.send(202);
      const target = req.getParsedHeader('Refer-To').uri;
      const third = await uac.srf.createUAC(target, { localSdp: uas.remote.sdp });
      await uas.modify(third.remote.sdp);
      void uac.destroy();
    });
    b.ask('REFER', { headers: { 'Refer-To': carol.contact } });
    await b.phone.response(202, 'REFER');
    const moved = await pickUp(carol, { body: sdp(5700) });
    expect(bodyOf(moved.invite)).toBe(OFFER);
    const invite = await a.phone.request('INVITE');
    expect(bodyOf(invite)).toBe(sdp(5700));
    a.phone.reply(invite, 200, 'OK', { body: OFFER });
    await a.phone.request('ACK');
    b.phone.reply(await b.phone.request('BYE'), 200, 'OK');
  });
});
