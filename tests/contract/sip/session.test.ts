import { header } from '@ringback/sip';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { arrange } from './support/b2bua.ts';
import { bodyOf, CALLS, callIn, deferred, pickUp } from './support/calls.ts';
import { ANSWER, OFFER, sdp } from './support/sdp.ts';
import type { Message, Response } from './support/srf.ts';
import { Testbed, uriOf } from './support/testbed.ts';

describe('UPDATE', () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await Testbed.start();
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  it.each(CALLS)('with a session in a call that was %s is answered with ours', async (_, call) => {
    const { leg, dialog } = await call(bed);
    leg.ask('UPDATE', { body: sdp(4800) });
    const ok = await leg.phone.response(200, 'UPDATE');
    expect(bodyOf(ok)).toBe(dialog.local.sdp);
    expect(header(ok, 'Content-Type')).toBe('application/sdp');
  });

  it('comes to the dialog that listens', async () => {
    const { leg, dialog } = await callIn(bed);
    dialog.on('update', (req: Message, res: Response) =>
      res.send(200, { body: req.body.replace('4800', '4801') }),
    );
    leg.ask('UPDATE', { body: sdp(4800) });
    expect(bodyOf(await leg.phone.response(200, 'UPDATE'))).toBe(sdp(4800).replace('4800', '4801'));
  });

  it('of the callee while it rings is answered with what was offered', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const calling = srf.createUAC(uriOf(phone), { localSdp: OFFER });
    const invite = await phone.request('INVITE');
    const ringing = phone.reply(invite, 183, 'Session Progress', { body: ANSWER });
    phone.inAnsweredDialog('UPDATE', invite, ringing, { body: sdp(5600) });
    expect(bodyOf(await phone.response(200, 'UPDATE'))).toBe(OFFER);
    phone.reply(invite, 200, 'OK', { body: ANSWER });
    await phone.request('ACK');
    await calling;
  });

  it('of the caller while a B2BUA rings is answered with what the callee gave', async () => {
    const { caller, callee, call } = await arrange(bed);
    const { invite, called } = await call();
    callee.reply(called, 183, 'Session Progress', { body: ANSWER });
    const progress = await caller.response(183);
    caller.inDialog('UPDATE', invite, progress, { body: OFFER });
    expect(bodyOf(await caller.response(200, 'UPDATE'))).toBe(ANSWER);
  });
});

describe('session timers', () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await Testbed.start();
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  it('are agreed as the application wants them', async () => {
    const { leg } = await callIn(
      bed,
      { headers: { 'Session-Expires': '1800;refresher=uac', Supported: 'timer' } },
      { headers: { Supported: 'timer' } },
    );
    expect(header(leg.ok, 'Session-Expires')).toMatch(/^1800; *refresher=uac/);
  });

  it('that the caller offers with a refresher are taken', async () => {
    const { leg } = await callIn(
      bed,
      {},
      { headers: { Supported: 'timer', 'Session-Expires': '1800;refresher=uac' } },
    );
    expect(header(leg.ok, 'Session-Expires')).toMatch(/^1800; *refresher=uac/);
  });

  it('are asked for by an application that calls, and taken by the phone', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const headers = { 'Session-Expires': '600', Supported: 'timer' };
    const calling = srf.createUAC(uriOf(phone), { localSdp: OFFER, headers });
    const { invite } = await pickUp(phone, {
      headers: { 'Session-Expires': '600;refresher=uac', Require: 'timer' },
    });
    expect(header(invite, 'Session-Expires')).toBe('600');
    expect((await calling).res.get('Session-Expires')).toContain('600');
  });

  it.each(['INVITE', 'UPDATE'])('are too short below 90 seconds: 422 to %s', async (method) => {
    const { leg } = await callIn(bed);
    const request = leg.ask(method, {
      body: sdp(4800),
      headers: { 'Session-Expires': '60', Supported: 'timer' },
    });
    const refused = await leg.phone.response(422, method);
    expect(header(refused, 'Min-SE')).toBe('90');
    if (method === 'INVITE') leg.phone.ackFailure(request, refused);
  });

  it('are refreshed by the peer, which the application is told of', async () => {
    const { leg, dialog } = await callIn(
      bed,
      {},
      { headers: { Supported: 'timer', 'Session-Expires': '90;refresher=uac' } },
    );
    const refreshed = deferred();
    dialog.on('refresh', () => refreshed.resolve());
    const headers = { Supported: 'timer', 'Session-Expires': '90;refresher=uac' };
    const invite = leg.ask('INVITE', { body: OFFER, headers });
    const ok = await leg.phone.response(200, 'INVITE');
    leg.phone.ack(invite, ok);
    await refreshed.promise;
    expect(bodyOf(ok)).toBe(ANSWER);
    expect(header(ok, 'Session-Expires')).toMatch(/^90; *refresher=uac/);
  });
});
