import { header, responseTo } from '@ringback/sip';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, deferred } from './support/calls.ts';
import { ANSWER, OFFER, sdp } from './support/sdp.ts';
import type { Message } from './support/srf.ts';
import { Testbed, uriOf } from './support/testbed.ts';

const RELIABLE = { Require: '100rel' };

describe('reliable provisional responses', () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await Testbed.start();
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  it('are acknowledged by createUAC', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const calling = srf.createUAC(uriOf(phone), { localSdp: OFFER });
    const invite = await phone.request('INVITE');
    phone.reply(invite, 183, 'Session Progress', { headers: { ...RELIABLE, RSeq: '17' }, body: ANSWER });
    const prack = await phone.request('PRACK');
    expect(header(prack, 'RAck')).toBe(`17 ${header(invite, 'CSeq')}`);
    expect(prack.uri).toBe(uriOf(phone));
    phone.reply(prack, 200, 'OK');
    phone.reply(invite, 200, 'OK', { body: ANSWER });
    await phone.request('ACK');
    expect((await calling).remote.sdp).toBe(ANSWER);
  });

  it('are acknowledged where they name no Contact', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const calling = srf.createUAC(uriOf(phone), { localSdp: OFFER });
    const invite = await phone.request('INVITE');
    const ringing = responseTo(invite, 180, 'Ringing', { toTag: 'callee' });
    const reliable = [
      { name: 'Require', value: '100rel' },
      { name: 'RSeq', value: '1' },
    ];
    phone.send({ ...ringing, headers: [...ringing.headers, ...reliable] });
    const prack = await phone.request('PRACK');
    expect(prack.uri).toBe(uriOf(phone));
    phone.reply(prack, 200, 'OK');
    phone.reply(invite, 200, 'OK', { body: ANSWER });
    await phone.request('ACK');
    await calling;
  });

  it('are sent by an application, which is told of the PRACK', async () => {
    const acknowledged = deferred<Message>();
    const sent = deferred<Message | undefined>();
    await bed.application((srf) =>
      srf.invite((req, res) => {
        const options = { headers: RELIABLE, body: sdp(5100) };
        const told = (_: unknown, message?: Message) => sent.resolve(message);
        res.send(183, options, told, async (prack) => {
          acknowledged.resolve(prack);
          await srf.createUAS(req, res, { localSdp: sdp(5100) });
        });
      }),
    );
    const phone = await bed.phone('caller');
    const invite = phone.call('INVITE', bed.uri('service'), {
      headers: { Supported: '100rel' },
      body: OFFER,
    });
    const progress = await phone.response(183);
    expect(header(progress, 'Require')).toBe('100rel');
    expect(header(progress, 'Contact')).toBeDefined();
    expect(bodyOf(progress)).toBe(sdp(5100));
    expect((await sent.promise)?.get('RSeq')).toBe(header(progress, 'RSeq'));
    const rack = `${header(progress, 'RSeq')} ${header(invite, 'CSeq')}`;
    phone.inDialog('PRACK', invite, progress, { headers: { RAck: rack } });
    await phone.response(200, 'PRACK');
    expect((await acknowledged.promise).get('RAck')).toBe(rack);
    const ok = await phone.response(200, 'INVITE');
    phone.ack(invite, ok);
    phone.inDialog('BYE', invite, ok);
    await phone.response(200, 'BYE');
  });

  it('are repeated until the PRACK comes', async () => {
    await bed.application((srf) => srf.invite((_, res) => res.send(180, { headers: RELIABLE })));
    const phone = await bed.phone('caller');
    const invite = phone.call('INVITE', bed.uri('service'), {
      headers: { Supported: '100rel' },
      body: OFFER,
    });
    const first = await phone.response(180);
    const second = await phone.response(180);
    expect(header(second, 'RSeq')).toBe(header(first, 'RSeq'));
    phone.cancel(invite);
    await phone.response(487, 'INVITE');
  });

  it('cannot be sent to a caller that does not know them', async () => {
    const refused = deferred<unknown>();
    await bed.application((srf) =>
      srf.invite((_, res) => {
        res.send(180, { headers: RELIABLE }, (error) => {
          refused.resolve(error);
          res.send(486);
        });
      }),
    );
    const phone = await bed.phone('caller');
    const invite = phone.call('INVITE', bed.uri('service'), { body: OFFER });
    phone.ackFailure(invite, await phone.response(486));
    expect(await refused.promise).toBeTruthy();
  });

  it('pass a B2BUA, reliable on both sides', async () => {
    const callee = await bed.phone('callee');
    const connected = deferred();
    await bed.application((srf) =>
      srf.invite(async (req, res) => {
        await srf.createB2BUA(req, res, uriOf(callee), { proxyResponseHeaders: ['all'] });
        connected.resolve();
      }),
    );
    const caller = await bed.phone('caller');
    const invite = caller.call('INVITE', bed.uri('service'), {
      headers: { Supported: '100rel' },
      body: OFFER,
    });
    const called = await callee.request('INVITE');
    callee.reply(called, 180, 'Ringing', { headers: { ...RELIABLE, RSeq: '3' } });
    callee.reply(await callee.request('PRACK'), 200, 'OK');
    const ringing = await caller.response(180);
    expect(header(ringing, 'Require')).toBe('100rel');
    const rack = `${header(ringing, 'RSeq')} ${header(invite, 'CSeq')}`;
    caller.inDialog('PRACK', invite, ringing, { headers: { RAck: rack } });
    await caller.response(200, 'PRACK');
    callee.reply(called, 200, 'OK', { body: ANSWER });
    await callee.request('ACK');
    caller.ack(invite, await caller.response(200, 'INVITE'));
    await connected.promise;
  });
});
