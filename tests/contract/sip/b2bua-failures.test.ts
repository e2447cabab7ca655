import { header } from '@ringback/sip';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { arrange } from './support/b2bua.ts';
import { bodyOf, deferred, failureOf } from './support/calls.ts';
import { ANSWER, OFFER, sdp } from './support/sdp.ts';
import type { Message } from './support/srf.ts';
import { Testbed, uriOf } from './support/testbed.ts';

const succeed = async (outcome: Promise<{ error?: unknown }>) => {
  const { error } = await outcome;
  if (error !== undefined) throw error;
};

describe('createB2BUA, calls that fail', () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await Testbed.start();
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  it.each([302, 404, 480, 486, 503, 603])('passes %i on, with its reason and headers', async (status) => {
    const { caller, callee, outcome, call } = await arrange(bed, { proxyResponseHeaders: ['X-Why'] });
    const { invite, called } = await call();
    callee.reply(called, status, 'My Own Words', { headers: { 'X-Why': 'because' } });
    await callee.request('ACK');
    const failure = await caller.response(status);
    caller.ackFailure(invite, failure);
    expect(failure.reason).toBe('My Own Words');
    expect(header(failure, 'X-Why')).toBe('because');
    expect(await failureOf(succeed(outcome))).toMatchObject({ status, reason: 'My Own Words' });
  });

  it('leaves the caller to the application, which tries somebody else', async () => {
    const [caller, first, second] = [
      await bed.phone('caller'),
      await bed.phone('first'),
      await bed.phone('second'),
    ];
    const connected = deferred();
    await bed.application((srf) =>
      srf.invite(async (req, res) => {
        await failureOf(srf.createB2BUA(req, res, uriOf(first), { passFailure: false }));
        await srf.createB2BUA(req, res, uriOf(second));
        connected.resolve();
      }),
    );
    const invite = caller.call('INVITE', bed.uri('service'), { body: OFFER });
    first.reply(await first.request('INVITE'), 486, 'Busy Here');
    second.reply(await second.request('INVITE'), 200, 'OK', { body: sdp(5900) });
    const ok = await caller.response(200, 'INVITE');
    caller.ack(invite, ok);
    expect(bodyOf(ok)).toBe(sdp(5900));
    await connected.promise;
    expect(caller.unread()).toEqual(['SIP/2.0 100 Trying']);
  });

  it('cancels the callee when the caller hangs up, with the reason', async () => {
    const { caller, callee, outcome, call } = await arrange(bed);
    const { invite, called } = await call();
    callee.reply(called, 180, 'Ringing');
    await caller.response(180);
    const reason = 'SIP;cause=600;text="busy everywhere"';
    const cancel = caller.build('CANCEL', invite.uri, { headers: { Reason: reason } });
    const same = invite.headers.filter(({ name }) => ['Via', 'From', 'To', 'Call-ID'].includes(name));
    const sequence = { name: 'CSeq', value: header(invite, 'CSeq')!.replace('INVITE', 'CANCEL') };
    caller.send({
      ...cancel,
      headers: [...same, sequence, ...cancel.headers.filter(({ name }) => name === 'Reason')],
    });
    caller.ackFailure(invite, await caller.response(487, 'INVITE'));
    const cancelled = await callee.request('CANCEL');
    expect(header(cancelled, 'Reason')).toBe(reason);
    expect(header(cancelled, 'Via')).toBe(header(called, 'Via'));
    callee.reply(cancelled, 200, 'OK');
    callee.reply(called, 487, 'Request Terminated');
    await callee.request('ACK');
    expect(await failureOf(succeed(outcome))).toMatchObject({ status: 487 });
  });

  it('cancels the callee also before it rang', async () => {
    const { caller, callee, outcome, call } = await arrange(bed);
    const { invite, called } = await call();
    callee.reply(called, 100, 'Trying');
    caller.cancel(invite);
    caller.ackFailure(invite, await caller.response(487, 'INVITE'));
    callee.reply(await callee.request('CANCEL'), 200, 'OK');
    callee.reply(called, 487, 'Request Terminated');
    expect(await failureOf(succeed(outcome))).toMatchObject({ status: 487 });
  });

  it('hangs up a callee who answered while the caller was gone', async () => {
    const { caller, callee, outcome, call } = await arrange(bed);
    const { invite, called } = await call();
    callee.reply(called, 180, 'Ringing');
    await caller.response(180);
    caller.cancel(invite);
    const cancel = await callee.request('CANCEL');
    callee.reply(called, 200, 'OK', { body: ANSWER });
    callee.reply(cancel, 200, 'OK');
    await callee.request('ACK');
    callee.reply(await callee.request('BYE'), 200, 'OK');
    caller.ackFailure(invite, await caller.response(487, 'INVITE'));
    expect((await outcome).error).toBeTruthy();
  });

  it('hangs up a callee whose answer cannot be given to the caller', async () => {
    const { callee, outcome, call } = await arrange(bed, {
      localSdpA: () => Promise.reject(new Error('no ports')),
    });
    const { called } = await call();
    callee.reply(called, 200, 'OK', { body: ANSWER });
    await callee.request('ACK');
    callee.reply(await callee.request('BYE'), 200, 'OK');
    expect((await outcome).error).toMatchObject({ message: 'no ports' });
  });

  it('answers 500 to the caller when nothing can be sent to the callee', async () => {
    const caller = await bed.phone('caller');
    const failed = deferred<unknown>();
    await bed.application((srf) =>
      srf.invite((req, res) => srf.createB2BUA(req, res, bed.uri('myself')).catch(failed.resolve)),
    );
    const invite = caller.call('INVITE', bed.uri('service'), { body: OFFER });
    caller.ackFailure(invite, await caller.response(500));
    expect(String(await failed.promise)).toMatch(/myself/);
  });

  it('lets the application call the callee off', async () => {
    const sent = deferred<Message>();
    const { caller, callee, outcome, call } = await arrange(
      bed,
      {},
      { cbRequest: (_, request) => sent.resolve(request) },
    );
    const { invite, called } = await call();
    callee.reply(called, 180, 'Ringing');
    await caller.response(180);
    (await sent.promise).cancel();
    callee.reply(await callee.request('CANCEL'), 200, 'OK');
    callee.reply(called, 487, 'Request Terminated');
    caller.ackFailure(invite, await caller.response(487, 'INVITE'));
    expect(await failureOf(succeed(outcome))).toMatchObject({ status: 487 });
  });

  it('lets the application refuse the caller while the callee rings', async () => {
    const { caller, callee, incoming, call } = await arrange(bed);
    const { invite, called } = await call();
    callee.reply(called, 180, 'Ringing');
    await caller.response(180);
    (await incoming).res.send(480);
    caller.ackFailure(invite, await caller.response(480));
    callee.reply(called, 486, 'Busy Here');
    await callee.request('ACK');
    expect(caller.unread().filter((line) => line.includes('486'))).toEqual([]);
  });
});
