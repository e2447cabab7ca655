import { header } from '@ringback/sip';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { arrange } from './support/b2bua.ts';
import { CALLS, callIn, deferred, failureOf, ring } from './support/calls.ts';
import { ANSWER, OFFER } from './support/sdp.ts';
import { Testbed, uriOf } from './support/testbed.ts';

/** Often enough for what happens to come in every order. */
const ROUNDS = 20;

describe('what crosses on the way', () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await Testbed.start();
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  it('CANCEL and 200: the callee is acknowledged and hung up, and nothing is left', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    for (let round = 0; round < ROUNDS; round++) {
      const { invite, request, calling } = await ring(srf, phone);
      const outcome = calling.then(
        () => 'answered',
        (error: { status: number }) => error.status,
      );
      request.cancel();
      const cancel = await phone.request('CANCEL');
      phone.reply(invite, 200, 'OK', { body: ANSWER });
      phone.reply(cancel, 200, 'OK');
      await phone.request('ACK');
      phone.reply(await phone.request('BYE'), 200, 'OK');
      expect(['answered', 487]).toContain(await outcome);
    }
    expect(phone.unread()).toEqual([]);
  });

  it('CANCEL and the answer of a B2BUA: one of them counts, on both sides', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { caller, callee, outcome, call } = await arrange(bed);
      const { invite, called } = await call();
      callee.reply(called, 180, 'Ringing');
      await caller.response(180);
      caller.cancel(invite);
      callee.reply(called, 200, 'OK', { body: ANSWER });
      await callee.request('ACK');
      const final = await Promise.race([caller.response(487, 'INVITE'), caller.response(200, 'INVITE')]);
      if (final.status === 487) {
        caller.ackFailure(invite, final);
        callee.reply(await callee.request('BYE'), 200, 'OK');
        expect((await outcome).error).toBeTruthy();
      } else {
        caller.ack(invite, final);
        expect((await outcome).error).toBeUndefined();
      }
      bed.clear();
    }
  });

  it.each(CALLS)('BYE and BYE, in a call that was %s: both are answered, and it is over', async (_, call) => {
    const { srf, leg, dialog } = await call(bed);
    const ending = dialog.destroy();
    const ours = await leg.phone.request('BYE');
    const theirs = leg.ask('BYE');
    const answer = await Promise.race([leg.phone.response(200, 'BYE'), leg.phone.response(481, 'BYE')]);
    expect(header(answer, 'CSeq')).toBe(header(theirs, 'CSeq'));
    leg.phone.reply(ours, 200, 'OK');
    await ending;
    expect(srf.findDialogById(dialog.id)).toBeUndefined();
  });

  it('BYE and BYE at the same time: one of them finds the dialog', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { leg, dialog } = await callIn(bed);
      const ending = dialog.destroy().then(
        () => 'sent',
        (error: { code: string }) => error.code,
      );
      leg.ask('BYE');
      const answered = leg.phone.request('BYE').then(
        (bye) => leg.phone.reply(bye, 200, 'OK'),
        () => undefined,
      );
      await Promise.race([leg.phone.response(200, 'BYE'), leg.phone.response(481, 'BYE')]);
      const outcome = await ending;
      expect(['sent', 'ENODIALOG']).toContain(outcome);
      if (outcome === 'sent') expect(await answered).toBeDefined();
      bed.clear();
    }
  });

  it('BYE and our re-INVITE: the call is over, and the re-INVITE fails', async () => {
    const { leg, dialog } = await callIn(bed);
    const modifying = dialog.modify(OFFER).then(
      () => 'modified',
      () => 'failed',
    );
    const invite = await leg.phone.request('INVITE');
    leg.ask('BYE');
    await leg.phone.response(200, 'BYE');
    leg.phone.reply(invite, 481, 'Call Does Not Exist');
    await leg.phone.request('ACK');
    expect(await modifying).toBe('failed');
  });

  it('BYE before the ACK ends the call', async () => {
    const ended = deferred();
    // Called back, not awaited: the BYE may be read together with the news that the 200 was sent.
    await bed.application((srf) =>
      srf.invite((req, res) =>
        srf.createUAS(req, res, { localSdp: ANSWER }, (_, dialog) =>
          dialog?.on('destroy', () => ended.resolve()),
        ),
      ),
    );
    const phone = await bed.phone('caller');
    const invite = phone.call('INVITE', bed.uri('service'), { body: OFFER });
    const ok = await phone.response(200, 'INVITE');
    phone.inDialog('BYE', invite, ok);
    await phone.response(200, 'BYE');
    await ended.promise;
  });

  it('an answer that comes twice is acknowledged twice, and told once', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const calling = srf.createUAC(uriOf(phone), { localSdp: OFFER });
    const invite = await phone.request('INVITE');
    const ok = phone.reply(invite, 200, 'OK', { body: ANSWER });
    await phone.request('ACK');
    await calling;
    phone.send(ok);
    await phone.request('ACK');
  });

  it('a failure after CANCEL is told as what it is', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const { invite, request, calling } = await ring(srf, phone);
    request.cancel();
    phone.reply(invite, 486, 'Busy Here');
    await phone.request('ACK');
    expect((await failureOf(calling)).status).toBe(486);
  });
});
