import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { arrange, hangUpTogether } from './support/b2bua.ts';
import { ANSWER } from './support/sdp.ts';
import { serverIsGiven } from './support/server.ts';
import type { Dialog, Message, Srf } from './support/srf.ts';
import { Testbed } from './support/testbed.ts';

// Records are switched on when a server is started, which can be done with ours only.
describe.skipIf(serverIsGiven)('call records', () => {
  let bed: Testbed;
  /** `attempt network INVITE`, `start network uac 200`, `stop network normal-release BYE` */
  let cdrs: string[] = [];
  beforeAll(async () => {
    bed = await Testbed.start(['--cdrs']);
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  function record(srf: Srf): void {
    cdrs = [];
    srf.on('cdr:attempt', (source: string, time: string, message: Message) => {
      expect(time).toMatch(/^\d\d:\d\d:\d\d/);
      cdrs.push(`attempt ${source} ${message.method}`);
    });
    srf.on('cdr:start', (source: string, _time: string, role: string, message: Message) =>
      cdrs.push(`start ${source} ${role} ${message.status}`),
    );
    srf.on('cdr:stop', (source: string, _time: string, reason: string, message: Message) =>
      cdrs.push(`stop ${source} ${reason} ${message.type === 'request' ? message.method : message.status}`),
    );
  }

  it('tell the beginning and the end of both legs of a call', async () => {
    await bed.application(record);
    const { caller, callee, outcome, call } = await arrange(bed);
    const { invite, called } = await call();
    callee.reply(called, 200, 'OK', { body: ANSWER });
    await callee.request('ACK');
    const ok = await caller.response(200, 'INVITE');
    caller.ack(invite, ok);
    const dialogs = (await outcome) as { uas: Dialog; uac: Dialog };
    await expect
      .poll(() => cdrs)
      .toEqual([
        'attempt network INVITE',
        'attempt application INVITE',
        'start network uac 200',
        'start application uas 200',
      ]);
    cdrs.length = 0;
    hangUpTogether(dialogs);
    caller.inDialog('BYE', invite, ok);
    callee.reply(await callee.request('BYE'), 200, 'OK');
    await expect
      .poll(() => cdrs)
      .toEqual(['stop network normal-release BYE', 'stop application normal-release BYE']);
  });

  it('tell of a call that was refused', async () => {
    await bed.application(record);
    await bed.application((srf) => srf.invite((_req, res) => res.send(486)));
    const caller = await bed.phone('caller');
    const invite = caller.call('INVITE', bed.uri('service'));
    caller.ackFailure(invite, await caller.response(486, 'INVITE'));
    await expect.poll(() => cdrs).toEqual(['attempt network INVITE', 'stop application call-rejected 486']);
  });
});
