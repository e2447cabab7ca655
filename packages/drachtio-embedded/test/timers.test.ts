import { once } from 'node:events';
import { header } from '@ringback/sip';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deferred, Network, SDP } from './network.ts';

let network: Network;
beforeEach(async () => {
  // 64*T1 is 640 ms here.
  network = await Network.start({ timing: { t1: 10, t2: 80, t4: 100 } });
});
afterEach(() => network.close());

async function answering(): Promise<void> {
  await network.application((srf) => {
    srf.invite((req, res) => void srf.createUAS(req, res, { localSdp: SDP }));
  });
}

describe('our 200', () => {
  it('comes again until it is acknowledged, then no more', async () => {
    await answering();
    const phone = await network.phone('1001');
    const invite = phone.call('INVITE', 'sip:9196@ringback.local', { body: SDP });
    await phone.response(200);
    await phone.response(200);
    const ok = await phone.response(200);
    phone.ack(invite, ok);
    phone.inDialog('INFO', invite, ok);
    await phone.response(200, 'INFO');
    const copies = phone.log.length;
    phone.inDialog('INFO', invite, ok);
    await phone.response(200, 'INFO');
    expect(phone.log).toHaveLength(copies + 1);
  });

  it.each(['udp', 'ws'] as const)(
    'that is never acknowledged over %s ends in BYE, and the application hears why',
    async (transport) => {
      const destroyed = deferred<string>();
      await network.application((srf) => {
        srf.invite(async (req, res) => {
          const dialog = await srf.createUAS(req, res, { localSdp: SDP });
          dialog.on('destroy', (_bye: unknown, reason: string) => destroyed.resolve(reason));
        });
      });
      const phone = await network.phone('1001', transport);
      phone.call('INVITE', 'sip:9196@ringback.local', { body: SDP });
      await phone.response(200);
      const bye = await phone.request('BYE');
      expect(header(bye, 'Reason')).toContain('ACK timeout');
      expect(await destroyed.promise).toBe('ACK timeout');
      phone.reply(bye, 200, 'OK');
      expect(network.server.stats().dialogs).toBe(0);
    },
  );

  it('holds back the BYE of the application until the ACK is there', async () => {
    const gone = deferred();
    await network.application((srf) => {
      srf.invite(async (req, res) => {
        const dialog = await srf.createUAS(req, res, { localSdp: SDP });
        void dialog.destroy().then(() => gone.resolve());
      });
    });
    const phone = await network.phone('1001');
    const invite = phone.call('INVITE', 'sip:9196@ringback.local', { body: SDP });
    await phone.response(200);
    const ok = await phone.response(200);
    expect(phone.unread().filter((line) => line.startsWith('BYE'))).toEqual([]);
    phone.ack(invite, ok);
    phone.reply(await phone.request('BYE'), 200, 'OK');
    await gone.promise;
  });
});

describe('what the network loses', () => {
  it('our INVITE is sent again until somebody answers', async () => {
    const srf = await network.application();
    const phone = await network.phone('1002');
    const call = srf.createUAC(phone.contact.slice(1, -1), { localSdp: SDP });
    const first = await phone.request('INVITE');
    expect(await phone.request('INVITE')).toEqual(first);
    const ok = phone.reply(first, 200, 'OK', { body: SDP });
    const ack = await phone.request('ACK');
    const dialog = await call;
    // The phone did not hear the ACK: its 200 again brings the same ACK again.
    phone.send(ok);
    expect(await phone.request('ACK')).toEqual(ack);
    phone.inAnsweredDialog('BYE', first, ok);
    await phone.response(200, 'BYE');
    expect(dialog.sip.callId).toBe(header(first, 'Call-ID'));
  });

  it('an INVITE nobody answers ends in 408', async () => {
    const srf = await network.application();
    const phone = await network.phone('1002');
    await expect(srf.createUAC(phone.contact.slice(1, -1), { localSdp: SDP })).rejects.toMatchObject({
      status: 408,
    });
  });

  it('a cancelled INVITE nobody answers ends in 487', async () => {
    const srf = await network.application();
    const phone = await network.phone('1002');
    const call = srf.createUAC(
      phone.contact.slice(1, -1),
      { localSdp: SDP },
      { cbRequest: (_error, request) => request.cancel() },
    );
    await expect(call).rejects.toMatchObject({ status: 487 });
  });

  it('our 486 comes again until it is acknowledged', async () => {
    await network.application((srf) => srf.invite((_req, res) => res.send(486)));
    const phone = await network.phone('1001');
    const invite = phone.call('INVITE', 'sip:9196@ringback.local', { body: SDP });
    await phone.response(486);
    phone.ackFailure(invite, await phone.response(486));
  });

  it('nothing is left of it afterwards', async () => {
    await answering();
    const phone = await network.phone('1001');
    const invite = phone.call('INVITE', 'sip:9196@ringback.local', { body: SDP });
    const ok = await phone.response(200);
    phone.ack(invite, ok);
    phone.inDialog('BYE', invite, ok);
    await phone.response(200, 'BYE');
    await expect
      .poll(() => network.server.stats(), { timeout: 5000 })
      .toMatchObject({ serverTransactions: 0, clientTransactions: 0, dialogs: 0 });
  });
});

it('an application that never answers does not keep the caller for ever', async () => {
  await network.application((srf) => srf.invite(() => undefined));
  const phone = await network.phone('1001');
  phone.call('INVITE', 'sip:9196@ringback.local', { body: SDP });
  await phone.response(504);
});

it('an answer without an application that acknowledges it ends in BYE', async () => {
  const srf = await network.application();
  const phone = await network.phone('1002');
  const request = await srf.request(phone.contact.slice(1, -1), { method: 'INVITE', body: SDP });
  const responses = once(request, 'response');
  phone.reply(await phone.request('INVITE'), 200, 'OK', { body: SDP });
  await responses;
  await phone.request('ACK');
  phone.reply(await phone.request('BYE'), 200, 'OK');
});

it('an INVITE inside a dialog is not waited for without end when the peer hangs up instead of answering', async () => {
  const srf = await network.application();
  const phone = await network.phone('1002');
  const call = srf.createUAC(phone.contact.slice(1, -1), { localSdp: SDP });
  const invite = await phone.request('INVITE');
  const ok = phone.reply(invite, 200, 'OK', { body: SDP });
  await phone.request('ACK');
  const modified = (await call).modify(SDP);
  phone.reply(await phone.request('INVITE'), 100, 'Trying');
  phone.inAnsweredDialog('BYE', invite, ok);
  await phone.response(200, 'BYE');
  await expect(modified).rejects.toMatchObject({ status: 408 });
  await expect.poll(() => network.server.stats().clientTransactions, { timeout: 5000 }).toBe(0);
});

describe('a request other than INVITE', () => {
  it('gets 100 when its application takes longer than the sender may wait in silence', async () => {
    const mayAnswer = deferred();
    await network.application((srf) => {
      srf.options((_req, res) => void mayAnswer.promise.then(() => res.send(200)));
    });
    const phone = await network.phone('1001');
    phone.call('OPTIONS', 'sip:ringback.local');
    await phone.response(100);
    mayAnswer.resolve();
    await phone.response(200);
  });

  it('never gets 408, which would come when nobody listens any more (RFC 4320 4.2)', async () => {
    const told = deferred<unknown>();
    await network.application((srf) => srf.options((_req, res) => res.send(408, {}, told.resolve)));
    const phone = await network.phone('1001');
    phone.call('OPTIONS', 'sip:ringback.local');
    expect(await told.promise).toBeTruthy();
    expect(phone.log).toEqual([]);
  });
});
