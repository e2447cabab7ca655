import { header } from '@ringback/sip';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { arrange } from './support/b2bua.ts';
import { bodyOf } from './support/calls.ts';
import { ANSWER, OFFER } from './support/sdp.ts';
import type { B2buaOptions, Dialog } from './support/srf.ts';
import { Testbed } from './support/testbed.ts';

describe('createB2BUA, callers who offer nothing', () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await Testbed.start();
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  /** The callee's offer reaches the caller; the caller's answer is still to come. */
  async function offered(options: B2buaOptions = {}) {
    const arrangement = await arrange(bed, options);
    const { caller, callee, call } = arrangement;
    const { invite, called } = await call({ body: '' });
    expect(bodyOf(called)).toBe('');
    callee.reply(called, 200, 'OK', { body: OFFER });
    const ok = await caller.response(200, 'INVITE');
    return { ...arrangement, invite, called, ok };
  }

  it('hand the answer of the ACK to the callee', async () => {
    const { caller, callee, outcome, invite, called, ok } = await offered();
    expect(bodyOf(ok)).toBe(OFFER);
    expect(callee.unread()).toEqual([]);
    caller.ack(invite, ok, { body: ANSWER });
    const ack = await callee.request('ACK');
    expect(bodyOf(ack)).toBe(ANSWER);
    expect(header(ack, 'Call-ID')).toBe(header(called, 'Call-ID'));
    const { uas, uac } = (await outcome) as { uas: Dialog; uac: Dialog };
    expect(uas.remote.sdp).toBe(ANSWER);
    expect(uac.local.sdp).toBe(ANSWER);
    expect(uac.remote.sdp).toBe(OFFER);
    void uac.destroy();
    callee.reply(await callee.request('BYE'), 200, 'OK');
  });

  it('have both sessions changed by functions', async () => {
    const { caller, callee, outcome, invite, ok } = await offered({
      localSdpA: (text) => text.replace('4000', '7100'),
      localSdpB: async (text) => text.replace('5000', '7200'),
    });
    expect(bodyOf(ok)).toBe(OFFER.replace('4000', '7100'));
    caller.ack(invite, ok, { body: ANSWER });
    expect(bodyOf(await callee.request('ACK'))).toBe(ANSWER.replace('5000', '7200'));
    expect((await outcome).error).toBeUndefined();
  });

  it('but not those who do: with `noAck` beside a description drachtio-srf gives the call up once it is acknowledged', async () => {
    const { caller, callee, outcome, call } = await arrange(bed, { noAck: true, localSdpB: OFFER });
    const { invite, called } = await call();
    expect(bodyOf(called)).toBe(OFFER);
    callee.reply(called, 200, 'OK', { body: ANSWER });
    await callee.request('ACK');
    const ok = await caller.response(200, 'INVITE');
    expect(bodyOf(ok)).toBe(ANSWER);
    caller.ack(invite, ok);
    for (const phone of [callee, caller]) phone.reply(await phone.request('BYE'), 200, 'OK');
    expect((await outcome).error).toBeInstanceOf(TypeError);
  });

  it('are refused, and the callee let go, when that fails', async () => {
    const { caller, callee, outcome, call } = await arrange(bed, {
      localSdpA: () => Promise.reject(new Error('no ports')),
    });
    await call({ body: '' }).then(({ called }) => callee.reply(called, 200, 'OK', { body: OFFER }));
    await callee.request('ACK');
    callee.reply(await callee.request('BYE'), 200, 'OK');
    expect((await outcome).error).toMatchObject({ message: 'no ports' });
    expect(caller.unread()).toEqual(['SIP/2.0 100 Trying']);
  });
});
