import { header } from '@ringback/sip';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { arrange, connect } from './support/b2bua.ts';
import { bodyOf } from './support/calls.ts';
import { ANSWER, sdp } from './support/sdp.ts';
import type { Dialog, Message, Response } from './support/srf.ts';
import { Testbed } from './support/testbed.ts';

/** What a B2BUA does with requests of one leg: the other gets them, and its answer goes back. */
function passOn(from: Dialog, method: string): void {
  from.on(method.toLowerCase(), async (req: Message, res: Response) => {
    const type = req.get('Content-Type');
    const answer = await from.other!.request({
      method,
      body: req.body,
      headers: { ...(type ? { 'Content-Type': type } : {}), 'X-Passed': 'on' },
    });
    res.send(answer.status, answer.reason);
  });
}

describe('B2BUAs in mid-call', () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await Testbed.start();
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  it.each(['INFO', 'MESSAGE', 'NOTIFY', 'OPTIONS', 'UPDATE', 'REFER', 'PUBLISH'])(
    'pass %s on, either way, with what it is answered',
    async (method) => {
      const call = await connect(bed);
      passOn(call.uas, method);
      passOn(call.uac, method);
      const extra: Record<string, string> =
        method === 'REFER'
          ? { 'Refer-To': '<sip:x@y>' }
          : { Event: 'presence', 'Subscription-State': 'active' };
      for (const [near, far] of [
        [call.a, call.b],
        [call.b, call.a],
      ] as const) {
        near.ask(method, { body: 'a: 1', contentType: 'text/plain', headers: extra });
        const request = await far.phone.request(method);
        expect(bodyOf(request)).toBe('a: 1');
        expect(header(request, 'Content-Type')).toBe('text/plain');
        expect(header(request, 'X-Passed')).toBe('on');
        expect(header(request, 'Call-ID')).toBe(header(far.invite, 'Call-ID'));
        far.phone.reply(request, 202, 'Fine');
        expect((await near.phone.response(202, method)).reason).toBe('Fine');
      }
    },
  );

  it('pass a re-INVITE through, either way', async () => {
    const call = await connect(bed);
    for (const dialog of [call.uas, call.uac]) {
      dialog.on('modify', async (req: Message, res: Response) =>
        res.send(200, { body: await dialog.other!.modify(req.body) }),
      );
    }
    for (const [near, far] of [
      [call.a, call.b],
      [call.b, call.a],
    ] as const) {
      const invite = near.ask('INVITE', { body: sdp(8000) });
      const request = await far.phone.request('INVITE');
      expect(bodyOf(request)).toBe(sdp(8000));
      far.phone.reply(request, 200, 'OK', { body: sdp(8100) });
      await far.phone.request('ACK');
      const ok = await near.phone.response(200, 'INVITE');
      expect(bodyOf(ok)).toBe(sdp(8100));
      near.phone.ack(invite, ok);
    }
  });

  it('hold what the callee asks back until the caller has acknowledged', async () => {
    const { caller, callee, call, outcome } = await arrange(bed);
    const { invite, called } = await call();
    const answer = callee.reply(called, 200, 'OK', { body: ANSWER });
    await callee.request('ACK');
    const ok = await caller.response(200, 'INVITE');
    const { uac } = (await outcome) as { uac: Dialog };
    const order: string[] = [];
    uac.on('info', (_: Message, res: Response) => {
      order.push('info');
      res.send(200);
    });
    uac.other!.on('ack', () => order.push('ack'));
    callee.inAnsweredDialog('INFO', called, answer);
    caller.ack(invite, ok);
    await callee.response(200, 'INFO');
    expect(order).toEqual(['ack', 'info']);
  });
});
