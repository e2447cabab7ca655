import { header, type SipRequest, type SipResponse } from '@ringback/sip';
import type { SipPhone } from '@ringback/testing';
import type { Dialog, Message, Response } from 'drachtio-srf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deferred, Network, SDP } from './network.ts';

let network: Network;
beforeEach(async () => {
  network = await Network.start();
});
afterEach(() => network.close());

interface Early {
  phone: SipPhone;
  invite: SipRequest;
  ringing: SipResponse;
  req: Message;
  res: Response;
  updates: { req: Message; res: Response }[];
}

/** A phone calls an application, which has answered the offer in a reliable 183 that is acknowledged. */
async function early(): Promise<Early> {
  const asked = deferred<{ req: Message; res: Response }>();
  const updates: { req: Message; res: Response }[] = [];
  await network.application((srf) => {
    srf.invite((req, res) => {
      req.on('update', (update: Message, answer: Response) => updates.push({ req: update, res: answer }));
      res.send(183, { headers: { Require: '100rel' }, body: SDP });
      asked.resolve({ req, res });
    });
  });
  const phone = await network.phone('1001');
  const headers = { Supported: '100rel' };
  const invite = phone.call('INVITE', 'sip:9196@ringback.local', { body: SDP, headers });
  const ringing = await phone.response(183);
  const RAck = `${header(ringing, 'RSeq')} ${header(invite, 'CSeq')}`;
  phone.inDialog('PRACK', invite, ringing, { headers: { RAck } });
  await phone.response(200, 'PRACK');
  return { phone, invite, ringing, updates, ...(await asked.promise) };
}

describe('UPDATE before the call is answered', () => {
  it('of the caller goes to the application, which answers it', async () => {
    const { phone, invite, ringing, updates } = await early();
    phone.inDialog('UPDATE', invite, ringing, { body: SDP });
    await expect.poll(() => updates.length).toBe(1);
    updates[0]!.res.send(200, { body: SDP });
    const ok = await phone.response(200, 'UPDATE');
    expect(header(ok, 'Contact')).toContain('sip:');
    expect(new TextDecoder().decode(ok.body)).toBe(SDP);
  });

  it('that follows one without an answer gets 500 with Retry-After', async () => {
    const { phone, invite, ringing, updates } = await early();
    phone.inDialog('UPDATE', invite, ringing, { body: SDP });
    phone.inDialog('UPDATE', invite, ringing);
    const refusal = await phone.response(500, 'UPDATE');
    expect(Number(header(refusal, 'Retry-After'))).toBeLessThanOrEqual(10);
    await expect.poll(() => updates.length).toBe(1);
    updates[0]!.res.send(200, { body: SDP });
    await phone.response(200, 'UPDATE');
    phone.inDialog('UPDATE', invite, ringing);
    await expect.poll(() => updates.length).toBe(2);
  });

  it('of the application goes to the caller, and one of the caller that meets it gets 491', async () => {
    const { phone, invite, ringing, req } = await early();
    const answered = deferred<Message>();
    const stackDialogId = `${header(invite, 'Call-ID')};from-tag=${header(invite, 'From')?.split('tag=')[1]}`;
    const options = { method: 'UPDATE', stackDialogId, _socket: req.socket, body: SDP };
    req.agent.request(options, (_error, request) => request?.on('response', answered.resolve));
    const update = await phone.request('UPDATE');
    expect(header(update, 'To')).toBe(header(invite, 'From'));
    phone.inDialog('UPDATE', invite, ringing, { body: SDP });
    await phone.response(491, 'UPDATE');
    phone.reply(update, 200, 'OK', { body: SDP });
    expect((await answered.promise).status).toBe(200);
  });

  it('with an offer while the one of the INVITE is open gets 500', async () => {
    await network.application((srf) => srf.invite((_req, res) => res.send(180)));
    const phone = await network.phone('1001');
    const invite = phone.call('INVITE', 'sip:9196@ringback.local', { body: SDP });
    const ringing = await phone.response(180);
    phone.inDialog('UPDATE', invite, ringing, { body: SDP });
    expect(header(await phone.response(500, 'UPDATE'), 'Retry-After')).toBeDefined();
  });

  it('of the called side is answered by an application that is calling', async () => {
    const srf = await network.application();
    const phone = await network.phone('1002');
    const call = srf.createUAC(phone.contact.slice(1, -1), {
      localSdp: SDP,
      headers: { Supported: '100rel' },
    });
    const invite = await phone.request('INVITE');
    const reliable = { body: SDP, headers: { Require: '100rel', RSeq: '1' } };
    const progress = phone.reply(invite, 183, 'Session Progress', reliable);
    phone.reply(await phone.request('PRACK'), 200, 'OK');
    phone.inAnsweredDialog('UPDATE', invite, progress, { body: SDP });
    expect(new TextDecoder().decode((await phone.response(200, 'UPDATE')).body)).toBe(SDP);
    phone.reply(invite, 200, 'OK');
    await phone.request('ACK');
    await call;
  });
});

describe('UPDATE in a call', () => {
  async function talking(): Promise<{
    phone: SipPhone;
    invite: SipRequest;
    ok: SipResponse;
    dialog: Dialog;
  }> {
    const made = deferred<Dialog>();
    await network.application((srf) => {
      srf.invite((req, res) => void srf.createUAS(req, res, { localSdp: SDP }).then(made.resolve));
    });
    const phone = await network.phone('1001');
    const invite = phone.call('INVITE', 'sip:9196@ringback.local', { body: SDP });
    const ok = await phone.response(200);
    phone.ack(invite, ok);
    return { phone, invite, ok, dialog: await made.promise };
  }

  it('moves the peer: what follows goes to its new Contact', async () => {
    const { phone, invite, ok, dialog } = await talking();
    const moved = phone.contact.replace('1001@', 'moved@');
    phone.inDialog('UPDATE', invite, ok, { headers: { Contact: moved } });
    await phone.response(200, 'UPDATE');
    const info = dialog.request({ method: 'INFO' });
    const request = await phone.request('INFO');
    expect(request.uri).toBe(moved.slice(1, -1));
    phone.reply(request, 200, 'OK');
    await info;
  });

  it('of the application moves the peer that answers with a new Contact', async () => {
    const { phone, dialog } = await talking();
    const update = dialog.request({ method: 'UPDATE', body: SDP });
    const request = await phone.request('UPDATE');
    expect(header(request, 'Contact')).toContain('sip:');
    const moved = phone.contact.replace('1001@', 'moved@');
    phone.reply(request, 200, 'OK', { body: SDP, headers: { Contact: moved } });
    expect(await update).toMatchObject({ status: 200 });
    const destroyed = dialog.destroy();
    const bye = await phone.request('BYE');
    expect(bye.uri).toBe(moved.slice(1, -1));
    phone.reply(bye, 200, 'OK');
    await destroyed;
  });

  it('that meets an offer of the application gets 491, and a re-INVITE too', async () => {
    const { phone, invite, ok, dialog } = await talking();
    const update = dialog.request({ method: 'UPDATE', body: SDP });
    const ours = await phone.request('UPDATE');
    phone.inDialog('UPDATE', invite, ok, { body: SDP });
    await phone.response(491, 'UPDATE');
    const reinvite = phone.inDialog('INVITE', invite, ok, { body: SDP });
    phone.ackFailure(reinvite, await phone.response(491, 'INVITE'));
    phone.reply(ours, 200, 'OK', { body: SDP });
    await update;
    phone.inDialog('UPDATE', invite, ok, { body: SDP });
    await phone.response(200, 'UPDATE');
  });

  it('of the application is refused while an offer of its own is open', async () => {
    const { phone, dialog } = await talking();
    const first = dialog.request({ method: 'UPDATE', body: SDP });
    const ours = await phone.request('UPDATE');
    await expect(dialog.request({ method: 'UPDATE', body: SDP })).rejects.toBeTruthy();
    phone.reply(ours, 488, 'Not Acceptable Here');
    expect(await first).toMatchObject({ status: 488 });
    const again = dialog.request({ method: 'UPDATE', body: SDP });
    phone.reply(await phone.request('UPDATE'), 200, 'OK', { body: SDP });
    expect(await again).toMatchObject({ status: 200 });
  });

  it('of no dialog gets 481', async () => {
    const { phone, invite, ok } = await talking();
    phone.inDialog('UPDATE', invite, ok, { headers: { To: `${header(invite, 'To')};tag=made-up` } });
    await phone.response(481, 'UPDATE');
  });
});
