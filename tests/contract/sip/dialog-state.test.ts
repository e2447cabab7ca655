import { EventEmitter } from 'node:events';
import { header } from '@ringback/sip';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { arrange } from './support/b2bua.ts';
import { deferred, failureOf } from './support/calls.ts';
import { ANSWER, OFFER } from './support/sdp.ts';
import type { Dialog } from './support/srf.ts';
import { Testbed, uriOf } from './support/testbed.ts';

interface State {
  state: string;
  direction: string;
  aor: string;
  callId: string;
}

/** What an emitter tells of one call: `initiator trying`. */
function watch() {
  const emitter = new EventEmitter();
  const told: string[] = [];
  const last: { state?: State } = {};
  emitter.on('stateChange', (state: State) => {
    told.push(`${state.direction} ${state.state}`);
    last.state = { ...state };
  });
  return { emitter, told, last };
}

describe('the state of dialogs, told to an emitter (RFC 4235)', () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await Testbed.start();
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  it('of a call placed goes from trying to terminated', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const { emitter, told, last } = watch();
    const calling = srf.createUAC(uriOf(phone), { localSdp: OFFER, dialogStateEmitter: emitter });
    const invite = await phone.request('INVITE');
    phone.reply(invite, 180, 'Ringing');
    phone.reply(invite, 200, 'OK', { body: ANSWER });
    await phone.request('ACK');
    void (await calling).destroy();
    phone.reply(await phone.request('BYE'), 200, 'OK');
    expect(told.map((text) => text.split(' ')[1])).toEqual(['trying', 'early', 'confirmed', 'terminated']);
    expect(last.state).toMatchObject({ aor: 'callee@127.0.0.1', callId: header(invite, 'Call-ID') });
  });

  it('of a call refused ends in rejected', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const { emitter, told } = watch();
    const calling = failureOf(srf.createUAC(uriOf(phone), { localSdp: OFFER, dialogStateEmitter: emitter }));
    phone.reply(await phone.request('INVITE'), 486, 'Busy Here');
    await calling;
    expect(told.at(-1)).toBe('recipient rejected');
  });

  it('of a call answered goes from trying to terminated', async () => {
    const { emitter, told } = watch();
    const made = deferred<Dialog>();
    await bed.application((srf) =>
      srf.invite(async (req, res) =>
        made.resolve(await srf.createUAS(req, res, { localSdp: ANSWER, dialogStateEmitter: emitter })),
      ),
    );
    const phone = await bed.phone('caller');
    const invite = phone.call('INVITE', bed.uri('service'), { body: OFFER });
    const ok = await phone.response(200, 'INVITE');
    phone.ack(invite, ok);
    await made.promise;
    phone.inDialog('BYE', invite, ok);
    await phone.response(200, 'BYE');
    expect(told).toEqual(['initiator trying', 'initiator confirmed', 'initiator terminated']);
  });

  it('of a B2BUA is that of both sides', async () => {
    const { emitter, told } = watch();
    const { caller, callee, call, outcome } = await arrange(bed, { dialogStateEmitter: emitter });
    const { invite, called } = await call();
    callee.reply(called, 200, 'OK', { body: ANSWER });
    await callee.request('ACK');
    caller.ack(invite, await caller.response(200, 'INVITE'));
    await outcome;
    expect(told).toEqual([
      'initiator trying',
      'recipient trying',
      'recipient confirmed',
      'initiator confirmed',
    ]);
  });
});
