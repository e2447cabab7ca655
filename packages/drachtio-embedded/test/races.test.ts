import { header, type SipRequest, type SipResponse } from '@ringback/sip';
import type { SipPhone } from '@ringback/testing';
import type Srf from 'drachtio-srf';
import type { Dialog, Message } from 'drachtio-srf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deferred, Network, SDP } from './network.ts';

let network: Network;
beforeEach(async () => {
  network = await Network.start();
});
afterEach(() => network.close());

interface Call {
  srf: Srf;
  phone: SipPhone;
  invite: SipRequest;
  ok: SipResponse;
  dialog: Dialog;
  destroyed: Promise<string>;
}

const seen = (phone: SipPhone, method: string) =>
  phone.log.filter((message) => message.kind === 'request' && message.method === method).length;

/** An application has called a phone, and they talk. */
async function talking(): Promise<Call> {
  const srf = await network.application();
  const phone = await network.phone('1002');
  const call = srf.createUAC(phone.contact.slice(1, -1), { localSdp: SDP });
  const invite = await phone.request('INVITE');
  const ok = phone.reply(invite, 200, 'OK', { body: SDP });
  await phone.request('ACK');
  const dialog = await call;
  const destroyed = deferred<string>();
  dialog.on('destroy', (_bye: unknown, reason: string) => destroyed.resolve(reason));
  return { srf, phone, invite, ok, dialog, destroyed: destroyed.promise };
}

const fromPhone = ({ phone, invite, ok }: Call, method: string, parts: { body?: string } = {}) =>
  phone.inAnsweredDialog(method, invite, ok, parts);

const over = () => expect.poll(() => network.server.stats().dialogs, { timeout: 5000 }).toBe(0);

describe('INVITEs inside a dialog that meet', () => {
  it('are both refused with 491, and the session stays as it was', async () => {
    const call = await talking();
    const { phone, dialog } = call;
    const modified = dialog.modify(SDP);
    const ours = await phone.request('INVITE');
    const theirs = fromPhone(call, 'INVITE', { body: SDP });
    phone.ackFailure(theirs, await phone.response(491, 'INVITE'));
    phone.reply(ours, 491, 'Request Pending');
    await phone.request('ACK');
    await expect(modified).rejects.toMatchObject({ status: 491 });
    const again = fromPhone(call, 'INVITE', { body: SDP });
    const ok = await phone.response(200, 'INVITE');
    phone.inAnsweredDialog('ACK', call.invite, call.ok, { headers: { CSeq: cseq(again, 'ACK') } });
    expect(header(ok, 'CSeq')).toBe(header(again, 'CSeq'));
  });

  it('of one side: the second gets 500 with Retry-After until the first is answered, or called off', async () => {
    const call = await talking();
    const { phone, dialog } = call;
    dialog.on('modify', () => undefined);
    const changed = SDP.replace('o=- 1 1', 'o=- 1 2');
    const first = fromPhone(call, 'INVITE', { body: changed });
    await phone.response(100);
    const second = fromPhone(call, 'INVITE', { body: changed });
    const refusal = await phone.response(500);
    expect(Number(header(refusal, 'Retry-After'))).toBeLessThanOrEqual(10);
    phone.ackFailure(second, refusal);
    phone.cancel(first);
    phone.ackFailure(first, await phone.response(487));
    fromPhone(call, 'INVITE', { body: changed });
    await phone.response(100);
    expect(phone.unread()).not.toContain('SIP/2.0 500 Server Internal Error');
  });

  it('of the application: the second is refused while the first is open', async () => {
    const { phone, dialog } = await talking();
    const first = dialog.request({ method: 'INVITE', body: SDP });
    const invite = await phone.request('INVITE');
    await expect(dialog.request({ method: 'INVITE', body: SDP })).rejects.toBeTruthy();
    phone.reply(invite, 200, 'OK', { body: SDP });
    await phone.request('ACK');
    expect(await first).toMatchObject({ status: 200 });
  });
});

describe('an INVITE inside a dialog that meets BYE', () => {
  it.each([487, 200])('of the peer, and is answered %i: it is acknowledged all the same', async (status) => {
    const call = await talking();
    const { phone, dialog } = call;
    void dialog.request({ method: 'INVITE', body: SDP }).catch(() => undefined);
    const invite = await phone.request('INVITE');
    fromPhone(call, 'BYE');
    await phone.response(200, 'BYE');
    expect(await call.destroyed).toBe('normal release');
    phone.reply(invite, status, 'Whatever', status === 200 ? { body: SDP } : {});
    const ack = await phone.request('ACK');
    expect(header(ack, 'CSeq')).toBe(cseq(invite, 'ACK'));
    await over();
  });

  it.each([487, 200])('of the application is called off, and answered %i acknowledged', async (status) => {
    const { phone, dialog } = await talking();
    void dialog.request({ method: 'INVITE', body: SDP }).catch(() => undefined);
    const invite = await phone.request('INVITE');
    phone.reply(invite, 100, 'Trying');
    const destroyed = dialog.destroy();
    const bye = await phone.request('BYE');
    phone.reply(await phone.request('CANCEL'), 200, 'OK');
    phone.reply(bye, 200, 'OK');
    await destroyed;
    const ok = phone.reply(invite, status, 'Whatever', status === 200 ? { body: SDP } : {});
    const ack = await phone.request('ACK');
    if (status === 200) {
      phone.send(ok);
      expect(await phone.request('ACK')).toEqual(ack);
    }
    await over();
  });

  it('of the peer that has it open: 487 and 200', async () => {
    const call = await talking();
    const { phone, dialog } = call;
    dialog.on('modify', () => undefined);
    const invite = fromPhone(call, 'INVITE', { body: SDP.replace('o=- 1 1', 'o=- 1 2') });
    await phone.response(100);
    fromPhone(call, 'BYE');
    phone.ackFailure(invite, await phone.response(487));
    await phone.response(200, 'BYE');
    expect(await call.destroyed).toBe('normal release');
    await over();
  });

  it('of the application that was asked: 487, then BYE', async () => {
    const call = await talking();
    const { phone, dialog } = call;
    const asked = deferred();
    dialog.on('modify', () => asked.resolve());
    const invite = fromPhone(call, 'INVITE', { body: SDP.replace('o=- 1 1', 'o=- 1 2') });
    await asked.promise;
    const destroyed = dialog.destroy();
    phone.ackFailure(invite, await phone.response(487));
    phone.reply(await phone.request('BYE'), 200, 'OK');
    await destroyed;
    await over();
  });
});

it.each([200, 481])('BYE meets BYE: both are answered, ours with %i', async (status) => {
  const call = await talking();
  const { phone, dialog } = call;
  const destroyed = dialog.destroy();
  const bye = await phone.request('BYE');
  fromPhone(call, 'BYE');
  await phone.response(200, 'BYE');
  phone.reply(bye, status, 'Whatever');
  await destroyed;
  expect(network.server.stats().dialogs).toBe(0);
});

it('a second BYE of the application is refused while the first is on its way', async () => {
  const { phone, dialog } = await talking();
  const destroyed = dialog.destroy();
  const bye = await phone.request('BYE');
  await expect(dialog.request({ method: 'BYE' })).rejects.toBeTruthy();
  phone.reply(bye, 200, 'OK');
  await destroyed;
  await over();
});

describe('CANCEL meets 200', () => {
  it('of the peer: the 200 is acknowledged and ended by BYE, and the application hears of both', async () => {
    const srf = await network.application();
    const phone = await network.phone('1002');
    const sent = deferred<Message>();
    const call = srf.createUAC(
      phone.contact.slice(1, -1),
      { localSdp: SDP },
      { cbRequest: (_error, request) => sent.resolve(request) },
    );
    const invite = await phone.request('INVITE');
    phone.reply(invite, 180, 'Ringing');
    (await sent.promise).cancel();
    const cancel = await phone.request('CANCEL');
    const ok = phone.reply(invite, 200, 'OK', { body: SDP });
    phone.reply(cancel, 481, 'Call/Transaction Does Not Exist');
    await phone.request('ACK');
    const bye = await phone.request('BYE');
    const destroyed = deferred<string>();
    (await call).on('destroy', (_bye: unknown, reason: string) => destroyed.resolve(reason));
    phone.reply(bye, 200, 'OK');
    expect(await destroyed.promise).toBe('called off');
    phone.send(ok);
    await phone.request('ACK');
    expect(network.server.stats().dialogs).toBe(0);
  });

  it('of the application: the CANCEL gets 200, and the call goes on', async () => {
    await network.application((srf) => {
      srf.invite((req, res) => void srf.createUAS(req, res, { localSdp: SDP }));
    });
    const phone = await network.phone('1001');
    const invite = phone.call('INVITE', 'sip:9196@ringback.local', { body: SDP });
    const ok = await phone.response(200);
    phone.cancel(invite);
    await phone.response(200, 'CANCEL');
    phone.ack(invite, ok);
    phone.inDialog('BYE', invite, ok);
    await phone.response(200, 'BYE');
    await over();
  });
});

describe('a repeated 200', () => {
  it('gets the ACK of its own INVITE again', async () => {
    const { phone, dialog, invite, ok } = await talking();
    const modified = dialog.modify(SDP);
    const reinvite = await phone.request('INVITE');
    // The 200 of the first INVITE comes once more while the second is open.
    phone.send(ok);
    expect(header(await phone.request('ACK'), 'CSeq')).toBe(cseq(invite, 'ACK'));
    const again = phone.reply(reinvite, 200, 'OK', { body: SDP });
    await phone.request('ACK');
    await modified;
    phone.send(again);
    expect(header(await phone.request('ACK'), 'CSeq')).toBe(cseq(reinvite, 'ACK'));
  });

  it('after BYE is acknowledged too', async () => {
    const { phone, dialog, ok } = await talking();
    const destroyed = dialog.destroy();
    phone.reply(await phone.request('BYE'), 200, 'OK');
    await destroyed;
    phone.send(ok);
    await phone.request('ACK');
    expect(seen(phone, 'ACK')).toBe(2);
  });
});

describe('a late offer', () => {
  it('of the peer in its 200 is answered in the ACK of the application', async () => {
    const srf = await network.application();
    const phone = await network.phone('1002');
    const call = srf.createUAC(phone.contact.slice(1, -1), { noAck: true });
    const invite = await phone.request('INVITE');
    expect(invite.body).toHaveLength(0);
    phone.reply(invite, 200, 'OK', { body: SDP });
    const { ack } = (await call) as unknown as { ack: (sdp: string) => void };
    ack(SDP);
    const sent = await phone.request('ACK');
    expect(new TextDecoder().decode(sent.body)).toBe(SDP);
    expect(header(sent, 'Content-Type')).toBe('application/sdp');
  });

  it('of the application in its 200 is answered in the ACK of the peer', async () => {
    const acked = deferred<string>();
    await network.application((srf) => {
      srf.invite(async (req, res) => {
        const dialog = await srf.createUAS(req, res, { localSdp: SDP });
        dialog.on('ack', (ack: Message) => acked.resolve(ack.body));
      });
    });
    const phone = await network.phone('1001');
    const invite = phone.call('INVITE', 'sip:9196@ringback.local');
    phone.ack(invite, await phone.response(200), { body: SDP });
    expect(await acked.promise).toBe(SDP);
  });
});

function cseq(request: SipRequest, method: string): string {
  return `${header(request, 'CSeq')?.split(' ')[0]} ${method}`;
}
