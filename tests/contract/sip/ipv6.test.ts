import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { deferred, dial, pickUp } from './support/calls.ts';
import { ANSWER, OFFER } from './support/sdp.ts';
import { serverIsGiven } from './support/server.ts';
import type { Message } from './support/srf.ts';
import { Testbed, uriOf } from './support/testbed.ts';

// Where a server listens is said when it is started, which can be done with ours only.
describe.skipIf(serverIsGiven).each(['udp', 'tcp', 'ws'] as const)('IPv6 over %s', (transport) => {
  let bed: Testbed;
  beforeAll(async () => {
    const contacts = ['sip:[::1]:0;transport=udp,tcp', 'sip:[::1]:0;transport=ws'];
    bed = await Testbed.start(contacts.flatMap((contact) => ['--contact', contact]));
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  const phone = (user: string) => bed.phone(user, transport, { server: bed.address(transport, '[') });

  it('brings a call to an application, and its BYE to the caller', async () => {
    const seen = deferred<Message>();
    await bed.application((srf) =>
      srf.invite(async (req, res) => {
        seen.resolve(req);
        const dialog = await srf.createUAS(req, res, { localSdp: ANSWER });
        dialog.once('ack', () => dialog.destroy());
      }),
    );
    const caller = await phone('caller');
    const { ok } = await dial(bed, caller);
    expect(ok.headers.find(({ name }) => name === 'Contact')?.value).toMatch(/^<sip:\[::1\]:\d+/);
    caller.reply(await caller.request('BYE'), 200, 'OK');
    const req = await seen.promise;
    expect(req.source_address).toBe('::1');
    expect(req.receivedOn).toMatch(/::1/);
  });

  // Nobody can open a connection to a browser.
  it.skipIf(transport === 'ws')('takes a call of an application to a phone', async () => {
    const srf = await bed.application();
    const callee = await phone('callee');
    const calling = srf.createUAC(uriOf(callee), { localSdp: OFFER });
    const { invite, ask } = await pickUp(callee);
    expect(invite.uri).toContain('@[::1]:');
    const dialog = await calling;
    const ended = deferred();
    dialog.on('destroy', () => ended.resolve());
    ask('BYE');
    await callee.response(200, 'BYE');
    await ended.promise;
  });
});
