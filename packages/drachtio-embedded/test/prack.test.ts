import { header, type SipRequest, type SipResponse } from '@ringback/sip';
import type { SipPhone } from '@ringback/testing';
import type { Message, Response } from 'drachtio-srf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deferred, Network, SDP } from './network.ts';

let network: Network;
beforeEach(async () => {
  // 64*T1 is 640 ms here.
  network = await Network.start({ timing: { t1: 10, t2: 80, t4: 100 } });
});
afterEach(() => network.close());

const RELIABLE = { headers: { Require: '100rel' } };
const SUPPORTED = { body: SDP, headers: { Supported: 'timer, 100rel' } };

/** PRACK of a provisional response, with the RAck it asks for unless another is given. */
function prack(phone: SipPhone, invite: SipRequest, response: SipResponse, rack?: string): SipRequest {
  const asked = `${header(response, 'RSeq')} ${header(invite, 'CSeq')}`;
  return phone.inDialog('PRACK', invite, response, { headers: { RAck: rack ?? asked } });
}

describe('an application that asks for a reliable provisional response', () => {
  it('gets it numbered, sees its PRACK and answers', async () => {
    const seen = deferred<Message>();
    const echo = deferred<Message | undefined>();
    await network.application((srf) => {
      srf.invite((req, res) => {
        const answer = (request: Message) => {
          seen.resolve(request);
          void srf.createUAS(req, res, { localSdp: SDP });
        };
        res.send(180, RELIABLE, (_error, response) => echo.resolve(response), answer);
      });
    });
    const phone = await network.phone('1001');
    const invite = phone.call('INVITE', 'sip:9196@ringback.local', SUPPORTED);
    const ringing = await phone.response(180);
    expect(header(ringing, 'Require')).toBe('100rel');
    expect(header(ringing, 'Contact')).toContain('sip:');
    expect((await echo.promise)?.get('RSeq')).toBe(header(ringing, 'RSeq'));
    const sent = prack(phone, invite, ringing);
    await phone.response(200, 'PRACK');
    expect((await seen.promise).get('RAck')).toBe(header(sent, 'RAck'));
    phone.ack(invite, await phone.response(200, 'INVITE'));
  });

  it('has it repeated until the PRACK comes, also over TCP', async () => {
    await network.application((srf) => srf.invite((_req, res) => res.send(183, RELIABLE)));
    const phone = await network.phone('1001', 'tcp');
    const invite = phone.call('INVITE', 'sip:9196@ringback.local', SUPPORTED);
    const first = await phone.response(183);
    expect(await phone.response(183)).toEqual(first);
    expect(await phone.response(183)).toEqual(first);
    prack(phone, invite, first);
    await phone.response(200, 'PRACK');
    const copies = phone.log.length;
    phone.cancel(invite);
    await phone.response(487);
    expect(phone.log).toHaveLength(copies + 2);
  });

  it('hears of a caller that never acknowledges, who gets 504', async () => {
    const gone = deferred();
    await network.application((srf) => {
      srf.invite((req, res) => {
        req.on('cancel', () => gone.resolve());
        res.send(183, RELIABLE);
      });
    });
    const phone = await network.phone('1001');
    const invite = phone.call('INVITE', 'sip:9196@ringback.local', SUPPORTED);
    phone.ackFailure(invite, await phone.response(504));
    await gone.promise;
    expect(network.server.stats().dialogs).toBe(0);
  });

  it('is told when the caller does not support it, and may still answer', async () => {
    const failure = deferred<unknown>();
    await network.application((srf) => {
      srf.invite((_req, res) => {
        res.send(183, RELIABLE, (error) => {
          failure.resolve(error);
          res.send(486);
        });
      });
    });
    const phone = await network.phone('1001');
    phone.call('INVITE', 'sip:9196@ringback.local', { body: SDP });
    await phone.response(486);
    expect(String(await failure.promise)).toContain('does not support 100rel');
    expect(network.server.stats().dialogs).toBe(0);
  });

  it('may send several: the second leaves when the first is acknowledged', async () => {
    await network.application((srf) => {
      srf.invite((_req, res) => {
        res.send(180, RELIABLE);
        res.send(183, RELIABLE);
      });
    });
    const phone = await network.phone('1001');
    const invite = phone.call('INVITE', 'sip:9196@ringback.local', SUPPORTED);
    const first = await phone.response(180);
    await phone.response(180);
    expect(phone.unread()).not.toContain('SIP/2.0 183 Session Progress');
    prack(phone, invite, first);
    const second = await phone.response(183);
    expect(Number(header(second, 'RSeq'))).toBe(Number(header(first, 'RSeq')) + 1);
    prack(phone, invite, second);
    await phone.response(200, 'PRACK');
  });

  it('has its 200 held back until a session description is acknowledged', async () => {
    await network.application((srf) => {
      srf.invite((req, res) => {
        res.send(183, { ...RELIABLE, body: SDP });
        void srf.createUAS(req, res, { localSdp: SDP });
      });
    });
    const phone = await network.phone('1001');
    const invite = phone.call('INVITE', 'sip:9196@ringback.local', SUPPORTED);
    const first = await phone.response(183);
    await phone.response(183);
    expect(phone.unread()).not.toContain('SIP/2.0 200 OK');
    prack(phone, invite, first);
    const ok = await phone.response(200, 'INVITE');
    phone.ack(invite, ok);
    phone.inDialog('BYE', invite, ok);
    await phone.response(200, 'BYE');
  });

  it('loses a held 200 to a CANCEL', async () => {
    const outcome = deferred<unknown>();
    await network.application((srf) => {
      srf.invite((req, res) => {
        res.send(183, { ...RELIABLE, body: SDP });
        srf.createUAS(req, res, { localSdp: SDP }).catch(outcome.resolve);
      });
    });
    const phone = await network.phone('1001');
    const invite = phone.call('INVITE', 'sip:9196@ringback.local', SUPPORTED);
    await phone.response(183);
    phone.cancel(invite);
    phone.ackFailure(invite, await phone.response(487));
    expect(String(await outcome.promise)).toContain('Response not sent');
    expect(network.server.stats().dialogs).toBe(0);
  });
});

it('a caller that requires reliable provisional responses gets no other', async () => {
  await network.application((srf) => {
    srf.invite((req, res) => {
      res.send(180);
      req.on('cancel', () => undefined);
    });
  });
  const phone = await network.phone('1001');
  const invite = phone.call('INVITE', 'sip:9196@ringback.local', {
    body: SDP,
    headers: { Require: '100rel' },
  });
  const ringing = await phone.response(180);
  expect(header(ringing, 'Require')).toBe('100rel');
  prack(phone, invite, ringing);
  await phone.response(200, 'PRACK');
});

it('a PRACK that names nothing gets 481 and is not shown', async () => {
  const answers: Response[] = [];
  const pracks: string[] = [];
  await network.application((srf) => {
    srf.use('prack', (req, res) => {
      pracks.push(req.get('RAck'));
      res.send(200);
    });
    srf.invite((_req, res) => {
      answers.push(res);
      res.send(180, RELIABLE);
    });
  });
  const phone = await network.phone('1001');
  const invite = phone.call('INVITE', 'sip:9196@ringback.local', SUPPORTED);
  const ringing = await phone.response(180);
  prack(phone, invite, ringing, `1 ${header(invite, 'CSeq')}`);
  await phone.response(481, 'PRACK');
  const good = prack(phone, invite, ringing);
  await phone.response(200, 'PRACK');
  prack(phone, invite, ringing);
  await phone.response(481, 'PRACK');
  expect(pracks).toEqual([header(good, 'RAck')]);
});

it('a reliable response that comes after the end of its INVITE leaves nothing behind', async () => {
  const told = deferred<unknown>();
  await network.application((srf) => {
    srf.invite((req, res) => {
      req.on('cancel', () => res.send(183, RELIABLE, (error) => told.resolve(error)));
    });
  });
  const phone = await network.phone('1001');
  const invite = phone.call('INVITE', 'sip:9196@ringback.local', SUPPORTED);
  await phone.response(100);
  phone.cancel(invite);
  phone.ackFailure(invite, await phone.response(487));
  expect(await told.promise).toBeTruthy();
  expect(network.server.stats().dialogs).toBe(0);
});

describe('a peer that sends reliable provisional responses', () => {
  beforeEach(async () => {
    // With real timers: on a busy machine no PRACK is repeated before it is answered.
    await network.close();
    network = await Network.start();
  });

  const reliable = (rseq: number, tag: string) => ({
    tag,
    headers: { Require: '100rel', RSeq: String(rseq) },
  });

  it('gets a PRACK for each, once and in order; what is repeated or out of order is dropped', async () => {
    const srf = await network.application();
    const phone = await network.phone('1002');
    const heard: string[] = [];
    const call = srf.createUAC(
      phone.contact.slice(1, -1),
      { localSdp: SDP, headers: { Supported: '100rel' } },
      { cbProvisional: (response) => heard.push(`${response.status} ${response.get('RSeq')}`) },
    );
    const invite = await phone.request('INVITE');
    phone.reply(invite, 180, 'Ringing', reliable(7, 'fork1'));
    const first = await phone.request('PRACK');
    expect(header(first, 'RAck')).toBe(`7 ${header(invite, 'CSeq')}`);
    expect(header(first, 'To')).toContain('tag=fork1');
    expect(first.uri).toBe(phone.contact.slice(1, -1));
    phone.reply(first, 200, 'OK');
    phone.reply(invite, 180, 'Ringing', reliable(7, 'fork1'));
    phone.reply(invite, 183, 'Session Progress', reliable(9, 'fork1'));
    phone.reply(invite, 183, 'Session Progress', reliable(8, 'fork1'));
    const second = await phone.request('PRACK');
    expect(header(second, 'RAck')).toBe(`8 ${header(invite, 'CSeq')}`);
    phone.reply(second, 200, 'OK');
    const ok = phone.reply(invite, 200, 'OK', { body: SDP, tag: 'fork1' });
    await phone.request('ACK');
    await call;
    expect(heard).toEqual(['180 7', '183 8']);
    phone.inAnsweredDialog('BYE', invite, ok);
    await phone.response(200, 'BYE');
  });

  it('that forked gets the PRACK of each fork with its tag, numbered by itself', async () => {
    const srf = await network.application();
    const phone = await network.phone('1002');
    void srf.createUAC(phone.contact.slice(1, -1), { localSdp: SDP, headers: { Supported: '100rel' } });
    const invite = await phone.request('INVITE');
    const pracks: string[] = [];
    for (const [rseq, tag] of [
      [1, 'fork1'],
      [1, 'fork2'],
      [2, 'fork1'],
      [2, 'fork2'],
    ] as const) {
      phone.reply(invite, 183, 'Session Progress', reliable(rseq, tag));
      const request = await phone.request('PRACK');
      phone.reply(request, 200, 'OK');
      const step =
        Number(header(request, 'CSeq')?.split(' ')[0]) - Number(header(invite, 'CSeq')?.split(' ')[0]);
      pracks.push(`${header(request, 'To')?.split('tag=')[1]} CSeq+${step}`);
    }
    expect(pracks).toEqual(['fork1 CSeq+1', 'fork2 CSeq+1', 'fork1 CSeq+2', 'fork2 CSeq+2']);
    const ok = phone.reply(invite, 200, 'OK', { body: SDP, tag: 'fork1' });
    await phone.request('ACK');
    phone.inAnsweredDialog('BYE', invite, ok);
    await phone.response(200, 'BYE');
    expect(network.server.stats().dialogs).toBe(0);
  });
});
