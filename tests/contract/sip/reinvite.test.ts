import { header } from '@ringback/sip';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, type Call, callIn, callOut, deferred, failureOf, sequenceOf } from './support/calls.ts';
import { ANSWER, OFFER, sdp } from './support/sdp.ts';
import type { Message, Response } from './support/srf.ts';
import { Testbed, uriOf } from './support/testbed.ts';

const SIDES: [string, (bed: Testbed) => Promise<Call>][] = [
  ['answered', (bed) => callIn(bed)],
  ['placed', (bed) => callOut(bed)],
];

describe.each(SIDES)('re-INVITEs in a call that an application %s', (_, call) => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await Testbed.start();
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  it('change the session, and the server acknowledges for nobody', async () => {
    const { leg, dialog } = await call(bed);
    const modifying = dialog.modify(sdp(4100), { headers: { 'X-Color': 'green' } });
    const invite = await leg.phone.request('INVITE');
    expect(invite.uri).toBe(uriOf(leg.phone));
    expect(bodyOf(invite)).toBe(sdp(4100));
    expect(header(invite, 'Contact')).toBe(dialog.local.contact);
    expect(header(invite, 'X-Color')).toBe('green');
    leg.phone.reply(invite, 100, 'Trying');
    leg.phone.reply(invite, 200, 'OK', { body: sdp(5100) });
    const ack = await leg.phone.request('ACK');
    expect(sequenceOf(ack)).toBe(sequenceOf(invite));
    expect(await modifying).toBe(sdp(5100));
    expect(dialog.local.sdp).toBe(sdp(4100));
    expect(dialog.remote.sdp).toBe(sdp(5100));
  });

  it('may be answered with a second tag, as SIPp does', async () => {
    const { leg, dialog } = await call(bed);
    const modifying = dialog.modify(sdp(4100));
    const invite = await leg.phone.request('INVITE');
    const To = `${header(invite, 'To')};tag=other`;
    leg.phone.reply(invite, 200, 'OK', { body: sdp(5100), headers: { To } });
    await leg.phone.request('ACK');
    expect(await modifying).toBe(sdp(5100));
  });

  it('that are refused leave the call up', async () => {
    const { leg, dialog } = await call(bed);
    const modifying = failureOf(dialog.modify(sdp(4100)));
    leg.phone.reply(await leg.phone.request('INVITE'), 488, 'Not Acceptable Here');
    await leg.phone.request('ACK');
    expect(await modifying).toMatchObject({ status: 488, reason: 'Not Acceptable Here' });
    const asking = dialog.request({ method: 'INFO' });
    leg.phone.reply(await leg.phone.request('INFO'), 200, 'OK');
    expect((await asking).status).toBe(200);
  });

  it('go one after the other', async () => {
    const { leg, dialog } = await call(bed);
    const modifying = Promise.all([dialog.modify(sdp(4100)), dialog.modify(sdp(4200))]);
    const first = await leg.phone.request('INVITE');
    expect(leg.phone.unread().filter((line) => line.startsWith('INVITE'))).toEqual([]);
    leg.phone.reply(first, 200, 'OK', { body: sdp(5100) });
    await leg.phone.request('ACK');
    const second = await leg.phone.request('INVITE');
    expect(bodyOf(second)).toBe(sdp(4200));
    leg.phone.reply(second, 200, 'OK', { body: sdp(5200) });
    await leg.phone.request('ACK');
    expect(await modifying).toEqual([sdp(5100), sdp(5200)]);
  });

  it('answer a challenge', async () => {
    const { leg, dialog } = await call(bed);
    const modifying = dialog.modify(sdp(4100), { auth: { username: 'ann', password: 'x' } });
    leg.phone.reply(await leg.phone.request('INVITE'), 401, 'Unauthorized', {
      headers: { 'WWW-Authenticate': 'Digest realm="r", nonce="n"' },
    });
    await leg.phone.request('ACK');
    const second = await leg.phone.request('INVITE');
    expect(header(second, 'Authorization')).toContain('username="ann"');
    leg.phone.reply(second, 200, 'OK', { body: sdp(5100) });
    await leg.phone.request('ACK');
    expect(await modifying).toBe(sdp(5100));
  });

  it('hold and unhold', async () => {
    const { leg, dialog } = await call(bed);
    for (const [word, direction] of [
      ['hold', 'inactive'],
      ['unhold', 'sendrecv'],
    ] as const) {
      const modifying = dialog.modify(word);
      const invite = await leg.phone.request('INVITE');
      expect(bodyOf(invite)).toContain(`a=${direction}\r\n`);
      leg.phone.reply(invite, 200, 'OK', { body: ANSWER });
      await leg.phone.request('ACK');
      await modifying;
    }
  });

  it('without offer get one, which the application answers in its ACK', async () => {
    const { leg, dialog } = await call(bed);
    const modifying = dialog.modify({ noAck: true });
    const invite = await leg.phone.request('INVITE');
    expect(bodyOf(invite)).toBe('');
    leg.phone.reply(invite, 200, 'OK', { body: sdp(5100) });
    const { sdp: offer, ack } = await modifying;
    expect(offer).toBe(sdp(5100));
    ack(sdp(4900));
    expect(bodyOf(await leg.phone.request('ACK'))).toBe(sdp(4900));
  });

  it('of the peer come as modify, to be answered', async () => {
    const { leg, dialog } = await call(bed);
    dialog.on('modify', (req: Message, res: Response) => {
      expect(req.body).toBe(sdp(8000));
      res.send(200, { body: sdp(8100) });
    });
    const acknowledged = deferred<Message>();
    dialog.on('ack', acknowledged.resolve);
    const invite = leg.ask('INVITE', { body: sdp(8000) });
    const ok = await leg.phone.response(200, 'INVITE');
    expect(bodyOf(ok)).toBe(sdp(8100));
    expect(header(ok, 'Contact')).toContain(`:${bed.address().port}`);
    leg.phone.ack(invite, ok);
    expect((await acknowledged.promise).method).toBe('ACK');
    expect(dialog.remote.sdp).toBe(sdp(8000));
  });

  it('of the peer may be refused, and the call goes on', async () => {
    const { leg, dialog } = await call(bed);
    dialog.on('modify', (_: Message, res: Response) => res.send(488));
    const invite = leg.ask('INVITE', { body: sdp(8000) });
    leg.phone.ackFailure(invite, await leg.phone.response(488, 'INVITE'));
    leg.ask('INFO');
    await leg.phone.response(200, 'INFO');
  });

  it('of the peer are answered with the old session when nobody listens', async () => {
    const { leg, dialog } = await call(bed);
    const invite = leg.ask('INVITE', { body: sdp(8000) });
    const ok = await leg.phone.response(200, 'INVITE');
    expect(bodyOf(ok)).toBe(dialog.local.sdp);
    leg.phone.ack(invite, ok);
  });

  it('of the peer are known as hold, unhold and refresh', async () => {
    const { leg, dialog } = await call(bed);
    const told: string[] = [];
    for (const event of ['hold', 'unhold', 'refresh']) dialog.on(event, () => told.push(event));
    const theirs = dialog.remote.sdp === OFFER ? 4000 : 5000;
    for (const [direction, version] of [
      ['sendonly', 2],
      ['sendrecv', 3],
      ['sendrecv', 3],
    ] as const) {
      const invite = leg.ask('INVITE', { body: sdp(theirs, direction, version) });
      const ok = await leg.phone.response(200, 'INVITE');
      leg.phone.ack(invite, ok);
    }
    expect(told).toEqual(['hold', 'unhold', 'refresh']);
  });

  it('move the peer: what is sent later goes to its new Contact', async () => {
    const { leg, dialog } = await call(bed);
    const moved = await bed.phone('moved');
    const invite = leg.ask('INVITE', { body: sdp(8000), headers: { Contact: moved.contact } });
    leg.phone.ack(invite, await leg.phone.response(200, 'INVITE'));
    const asking = dialog.request({ method: 'INFO' });
    const request = await Promise.race([moved.request('INFO'), leg.phone.request('INFO')]);
    expect(request.uri).toBe(uriOf(moved));
    for (const phone of [moved, leg.phone]) phone.reply(request, 200, 'OK');
    await asking;
  });

  it('of both sides at once: the one that comes second gets 491', async () => {
    const { leg, dialog } = await call(bed);
    const modifying = dialog.modify(sdp(4100));
    const ours = await leg.phone.request('INVITE');
    const theirs = leg.ask('INVITE', { body: sdp(8000) });
    leg.phone.ackFailure(theirs, await leg.phone.response(491, 'INVITE'));
    leg.phone.reply(ours, 200, 'OK', { body: sdp(5100) });
    await leg.phone.request('ACK');
    expect(await modifying).toBe(sdp(5100));
  });

  it('are told of 491 by a peer who was first', async () => {
    const { leg, dialog } = await call(bed);
    const modifying = failureOf(dialog.modify(sdp(4100)));
    leg.phone.reply(await leg.phone.request('INVITE'), 491, 'Request Pending');
    await leg.phone.request('ACK');
    expect((await modifying).status).toBe(491);
  });
});
