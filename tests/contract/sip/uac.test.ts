import { header, parseNameAddr, responseTo, tagOf } from '@ringback/sip';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, deferred, failureOf, pickUp, ring } from './support/calls.ts';
import { ANSWER, OFFER, sdp } from './support/sdp.ts';
import type { Dialog, Message } from './support/srf.ts';
import { Testbed, uriOf } from './support/testbed.ts';

describe('createUAC', () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await Testbed.start();
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  it('offers the session, gives a dialog of both sides, and acknowledges by itself', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const calling = srf.createUAC(uriOf(phone), { localSdp: OFFER });
    const { invite, ok } = await pickUp(phone);
    const dialog = await calling;
    expect(bodyOf(invite)).toBe(OFFER);
    expect(header(invite, 'Content-Type')).toBe('application/sdp');
    expect(dialog.type).toBe('uac');
    expect(dialog.dialogType).toBe('INVITE');
    expect(dialog.local.sdp).toBe(OFFER);
    expect(dialog.remote).toEqual({ sdp: ANSWER, uri: uriOf(phone) });
    expect(dialog.sip).toEqual({
      callId: header(invite, 'Call-ID'),
      localTag: tagOf(header(invite, 'From')),
      remoteTag: tagOf(header(ok, 'To')),
    });
    expect(srf.findDialogById(dialog.id)).toBe(dialog);
    expect(srf.findDialogByCallIDAndFromTag(dialog.sip.callId, dialog.sip.localTag)).toBe(dialog);
  });

  it('sends headers of every kind as they are given, and those of its own that a request needs', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const headers = {
      From: '"Ann \\"A\\" Lee" <sip:ann@example.org>',
      To: '<sip:bob@example.org>',
      'User-Agent': 'contract',
      'X-Number': '42',
      'P-Asserted-Identity': '<sip:ann@example.org>',
      Subject: 'lunch, and more',
    };
    const calling = srf.createUAC(uriOf(phone), { localSdp: OFFER, headers });
    const { invite } = await pickUp(phone);
    await calling;
    const from = parseNameAddr(header(invite, 'From')!)!;
    expect(from).toMatchObject({ displayName: 'Ann "A" Lee', uri: 'sip:ann@example.org' });
    expect(from.params.get('tag')).toBeTruthy();
    expect(parseNameAddr(header(invite, 'To')!)?.uri).toBe('sip:bob@example.org');
    for (const name of ['User-Agent', 'X-Number', 'P-Asserted-Identity', 'Subject'] as const)
      expect(header(invite, name)).toBe(headers[name]);
    expect(header(invite, 'Max-Forwards')).toBe('70');
    expect(header(invite, 'CSeq')).toMatch(/^\d+ INVITE$/);
    const { host, port } = bed.address();
    expect(parseNameAddr(header(invite, 'Contact')!)?.uri).toContain(`${host}:${port}`);
  });

  it('makes From and Contact of callingNumber and callingName, at the address of the server', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const calling = srf.createUAC(uriOf(phone), {
      localSdp: OFFER,
      callingNumber: '555',
      callingName: 'Ann',
    });
    const { invite } = await pickUp(phone);
    await calling;
    const { host, port } = bed.address();
    const from = parseNameAddr(header(invite, 'From')!)!;
    expect(from).toMatchObject({ displayName: 'Ann', uri: `sip:555@${host}:${port}` });
    expect(parseNameAddr(header(invite, 'Contact')!)?.uri).toBe(`sip:555@${host}:${port}`);
  });

  it('puts the address of the server for localhost in the headers that name a user, and brackets around', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const headers = { From: 'sip:a@localhost', Contact: 'sip:c@localhost', To: 'sip:b@localhost' };
    const calling = srf.createUAC(uriOf(phone), { localSdp: OFFER, headers });
    const { invite } = await pickUp(phone);
    await calling;
    const { host, port } = bed.address();
    expect(header(invite, 'From')).toMatch(`<sip:a@${host}:${port}>;tag=`);
    expect(header(invite, 'To')).toBe(`<sip:b@${host}:${port}>`);
    expect(header(invite, 'Contact')).toBe(`<sip:c@${host}:${port}>`);
  });

  it('takes an address without scheme, and calledNumber as its user', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const address = uriOf(phone).split('@')[1]!;
    const calling = srf.createUAC({ uri: address, calledNumber: '123', localSdp: OFFER });
    const { invite } = await pickUp(phone);
    await calling;
    expect(invite.uri).toBe(`sip:123@${address}`);
  });

  it('goes by way of a proxy, with the request URI as it was', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const calling = srf.createUAC('sip:somebody@far.example.org', { localSdp: OFFER, proxy: uriOf(phone) });
    const { invite } = await pickUp(phone);
    await calling;
    expect(invite.uri).toBe('sip:somebody@far.example.org');
    expect(header(invite, 'Route')).toBeUndefined();
  });

  it('calls back with request, provisional responses and dialog', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const told: string[] = [];
    const { promise, resolve } = deferred<Dialog | undefined>();
    const progress = {
      cbRequest: (error: Error | null, request: Message) => told.push(`${error} ${request.method}`),
      cbProvisional: (response: Message) => told.push(`${response.status} ${response.get('X-Ring')}`),
    };
    srf.createUAC(uriOf(phone), { localSdp: OFFER }, progress, (_, dialog) => resolve(dialog));
    const invite = await phone.request('INVITE');
    phone.reply(invite, 180, 'Ringing', { headers: { 'X-Ring': 'a' } });
    phone.reply(invite, 183, 'Session Progress', { headers: { 'X-Ring': 'b' }, body: ANSWER });
    phone.reply(invite, 200, 'OK', { body: ANSWER });
    await phone.request('ACK');
    expect((await promise)?.remote.sdp).toBe(ANSWER);
    expect(told).toEqual(['null INVITE', '180 a', '183 b']);
  });

  it('without a session asks for an offer and answers it in the ACK', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const calling = srf.createUAC(uriOf(phone), {});
    const { invite, ack } = await pickUp(phone);
    const dialog = await calling;
    expect(bodyOf(invite)).toBe('');
    expect(header(invite, 'Content-Type')).toBeUndefined();
    expect(bodyOf(ack)).toContain('m=audio 5000');
    expect(bodyOf(ack)).toContain('a=recvonly');
    expect(dialog.remote.sdp).toBe(ANSWER);
  });

  it('with noAck leaves the answer to the application', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const calling = srf.createUAC(uriOf(phone), { noAck: true });
    const invite = await phone.request('INVITE');
    phone.reply(invite, 200, 'OK', { body: ANSWER });
    const late = await calling;
    expect(late.sdp).toBe(ANSWER);
    expect(phone.unread()).toEqual([]);
    const dialog = await late.ack(sdp(4400));
    const ack = await phone.request('ACK');
    expect(bodyOf(ack)).toBe(sdp(4400));
    expect(header(ack, 'CSeq')).toBe(header(invite, 'CSeq')?.replace('INVITE', 'ACK'));
    expect(dialog.local.sdp).toBe(sdp(4400));
  });

  it.each([
    [302, 'Moved Temporarily'],
    [404, 'Not Found'],
    [486, 'Busy Here'],
    [503, 'Service Unavailable'],
    [603, 'Decline'],
  ])('fails with %i as a SipError, and the server acknowledges', async (status, reason) => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const calling = failureOf(srf.createUAC(uriOf(phone), { localSdp: OFFER }));
    const invite = await phone.request('INVITE');
    phone.reply(invite, status, reason, { headers: { 'X-Why': 'because' } });
    const ack = await phone.request('ACK');
    expect(header(ack, 'Via')).toBe(header(invite, 'Via'));
    const error = await calling;
    expect(error).toMatchObject({ status, reason });
    expect(error.res.get('X-Why')).toBe('because');
  });

  it('says what it cannot send', async () => {
    const srf = await bed.application();
    await expect(srf.createUAC(bed.uri('me'), { localSdp: OFFER })).rejects.toThrow(/myself/);
  });

  it('cancels: 487 after a CANCEL that carries the reason', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const { invite, request, calling } = await ring(srf, phone);
    const reason = 'SIP;cause=200;text="Call completed elsewhere"';
    request.cancel({ headers: { Reason: reason } });
    const cancel = await phone.request('CANCEL');
    expect(header(cancel, 'Reason')).toBe(reason);
    expect(header(cancel, 'Via')).toBe(header(invite, 'Via'));
    expect(header(cancel, 'CSeq')).toBe(header(invite, 'CSeq')?.replace('INVITE', 'CANCEL'));
    phone.reply(cancel, 200, 'OK');
    phone.reply(invite, 487, 'Request Terminated');
    expect(await failureOf(calling)).toMatchObject({ status: 487 });
  });

  it('has no dialog without a Contact to send to', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const calling = failureOf(srf.createUAC(uriOf(phone), { localSdp: OFFER }));
    phone.send(responseTo(await phone.request('INVITE'), 200, 'OK', { toTag: 'here' }));
    expect(await calling).toMatchObject({ status: 500, reason: 'No Contact header in response' });
  });
});
