import { once } from 'node:events';
import { header, type SipRequest, tagOf, withHeader } from '@ringback/sip';
import type { SipPhone } from '@ringback/testing';
import type Srf from 'drachtio-srf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deferred, Network, SDP } from './network.ts';

let network: Network;
let caller: SipPhone;
let callee: SipPhone;
beforeEach(async () => {
  network = await Network.start();
  caller = await network.phone('1001');
  callee = await network.phone('1002');
});
afterEach(() => network.close());

/** An application that calls the callee for whoever calls. */
function b2bua(): Promise<Srf> {
  return network.application((srf) => {
    srf.invite((req, res) => {
      srf.createB2BUA(req, res, callee.contact.slice(1, -1), { localSdpB: req.body }).catch(() => undefined);
    });
  });
}

const dial = () => caller.call('INVITE', 'sip:1002@ringback.local', { body: SDP });

describe('a call that is not answered', () => {
  it('is busy', async () => {
    await b2bua();
    const invite = dial();
    const incoming = await callee.request('INVITE');
    const busy = callee.reply(incoming, 486, 'Busy Here');
    const ack = await callee.request('ACK');
    expect(tagOf(header(ack, 'To'))).toBe(tagOf(header(busy, 'To')));
    const failure = await caller.response(486);
    caller.ackFailure(invite, failure);
    expect(network.server.stats().dialogs).toBe(0);
  });

  it('is refused with 503 when no application routed INVITE', async () => {
    await network.application((srf) => srf.register((_req, res) => res.send(200)));
    dial();
    await caller.response(503);
  });

  it('is cancelled while it rings', async () => {
    const cancelled = deferred();
    await network.application((srf) => {
      srf.invite((req, res) => {
        req.on('cancel', () => cancelled.resolve());
        res.send(180);
      });
    });
    const invite = dial();
    const ringing = await caller.response(180);
    caller.cancel(invite);
    await caller.response(200, 'CANCEL');
    const gone = await caller.response(487, 'INVITE');
    expect(tagOf(header(gone, 'To'))).toBe(tagOf(header(ringing, 'To')));
    caller.ackFailure(invite, gone);
    await cancelled.promise;
    expect(network.server.stats().dialogs).toBe(0);
  });

  it('is cancelled before anybody rang, and a late 200 of the application is refused', async () => {
    const refused = deferred<unknown>();
    await network.application((srf) => {
      srf.invite((req, res) => {
        req.on('cancel', () => res.send(200, { body: SDP }, (error) => refused.resolve(error)));
      });
    });
    const invite = dial();
    await caller.response(100);
    caller.cancel(invite);
    await caller.response(200, 'CANCEL');
    caller.ackFailure(invite, await caller.response(487, 'INVITE'));
    expect(String(await refused.promise)).toMatch(/unknown transaction/);
  });

  it('is ended by the BYE of a caller that does not wait', async () => {
    const cancelled = deferred();
    await network.application((srf) => {
      srf.invite((req, res) => {
        req.on('cancel', () => cancelled.resolve());
        res.send(180);
      });
    });
    const invite = dial();
    caller.inDialog('BYE', invite, await caller.response(180));
    await caller.response(200, 'BYE');
    await caller.response(487, 'INVITE');
    await cancelled.promise;
  });

  it('ends for the callee when the page of the caller is closed', async () => {
    await b2bua();
    const page = await network.phone('1003', 'ws');
    page.call('INVITE', 'sip:1002@ringback.local', { body: SDP });
    const incoming = await callee.request('INVITE');
    callee.reply(incoming, 180, 'Ringing');
    await page.response(180);
    page.close();
    const cancel = await callee.request('CANCEL');
    callee.reply(cancel, 200, 'OK');
    callee.reply(incoming, 487, 'Request Terminated');
    await callee.request('ACK');
  });
});

describe('CANCEL by the application', () => {
  async function callThenCancel(): Promise<{
    srf: Srf;
    request: Promise<{ cancel(): void }>;
    result: Promise<unknown>;
  }> {
    const srf = await network.application();
    const request = deferred<{ cancel(): void }>();
    const result = srf
      .createUAC(
        callee.contact.slice(1, -1),
        { localSdp: SDP },
        { cbRequest: (_error, req) => request.resolve(req) },
      )
      .catch((error: unknown) => error);
    return { srf, request: request.promise, result };
  }

  it('waits for the first provisional response', async () => {
    const { request, result } = await callThenCancel();
    const invite = await callee.request('INVITE');
    (await request).cancel();
    await expect(callee.request('CANCEL', 150)).rejects.toThrow(/no CANCEL/);
    callee.reply(invite, 180, 'Ringing');
    const cancel = await callee.request('CANCEL');
    expect(header(cancel, 'Via')).toBe(header(invite, 'Via'));
    callee.reply(cancel, 200, 'OK');
    callee.reply(invite, 487, 'Request Terminated');
    await callee.request('ACK');
    expect(await result).toMatchObject({ status: 487 });
  });

  it('that meets the 200 ends in ACK and BYE', async () => {
    const { request, result } = await callThenCancel();
    const invite = await callee.request('INVITE');
    callee.reply(invite, 180, 'Ringing');
    (await request).cancel();
    const cancel = await callee.request('CANCEL');
    callee.reply(invite, 200, 'OK', { body: SDP });
    callee.reply(cancel, 200, 'OK');
    await callee.request('ACK');
    callee.reply(await callee.request('BYE'), 200, 'OK');
    const dialog = (await result) as import('drachtio-srf').Dialog;
    if (network.server.stats().dialogs > 0) await once(dialog, 'destroy');
    expect(network.server.stats().dialogs).toBe(0);
  });
});

describe('what belongs to nothing', () => {
  it.each(['BYE', 'UPDATE', 'INFO', 'INVITE', 'OPTIONS'])(
    '%s with a made-up To tag gets 481',
    async (method) => {
      await network.application((srf) => srf.invite((_req, res) => res.send(486)));
      caller.call(method, 'sip:1002@ringback.local', {
        headers: { To: '<sip:1002@ringback.local>;tag=made-up' },
      });
      await caller.response(481, method);
    },
  );

  it('BYE without a To tag gets 481', async () => {
    caller.call('BYE', 'sip:1002@ringback.local');
    await caller.response(481, 'BYE');
  });

  it('CANCEL of nothing gets 481', async () => {
    caller.cancel(caller.build('INVITE', 'sip:1002@ringback.local'));
    await caller.response(481, 'CANCEL');
  });

  it('ACK of nothing gets no answer', async () => {
    caller.call('ACK', 'sip:1002@ringback.local', { headers: { To: '<sip:1002@ringback.local>;tag=x' } });
    caller.call('BYE', 'sip:1002@ringback.local');
    await caller.response(481, 'BYE');
    expect(caller.log).toHaveLength(1);
  });

  it('an in-dialog request of an application gets NOK once the dialog is over', async () => {
    const answered = deferred<import('drachtio-srf').Dialog>();
    await network.application((srf) => {
      srf.invite(async (req, res) => answered.resolve(await srf.createUAS(req, res, { localSdp: SDP })));
    });
    const invite = dial();
    const ok = await caller.response(200);
    caller.ack(invite, ok);
    const dialog = await answered.promise;
    const destroyed = once(dialog, 'destroy');
    caller.inDialog('BYE', invite, ok);
    await destroyed;
    await expect(dialog.request({ method: 'INFO' })).rejects.toMatchObject({ code: 'ENODIALOG' });
  });
});

describe('what is not understood', () => {
  it.each([
    ['DANCE', 501],
    ['REFER', 405],
    ['OPTIONS', 503],
    ['MESSAGE', 503],
  ])('%s gets %i', async (method, status) => {
    caller.call(method, 'sip:ringback.local');
    const response = await caller.response(status, method);
    if (status === 405) expect(header(response, 'Allow')).toContain('INVITE');
  });

  it('a malformed request gets 400', async () => {
    caller.sendRaw(
      `OPTIONS sip:a@b SIP/2.0\r\nVia: ${caller.via()}\r\nFrom: <sip:x@y>;tag=1\r\nTo: "unterminated <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n`,
    );
    await caller.response(400);
  });

  it('an extension nobody has gets 420', async () => {
    caller.call('INVITE', 'sip:1002@ringback.local', { headers: { Require: 'teleportation' } });
    expect(header(await caller.response(420), 'Unsupported')).toBe('teleportation');
  });

  it('an INVITE that was passed on too often gets 483', async () => {
    await b2bua();
    caller.call('INVITE', 'sip:1002@ringback.local', { headers: { 'Max-Forwards': '0' } });
    await caller.response(483);
  });

  it('an INVITE that comes by two ways gets 482 the second time', async () => {
    await b2bua();
    const invite = dial();
    await callee.request('INVITE');
    caller.send(withHeader(invite, 'Via', caller.via()));
    await caller.response(482);
  });
});

describe('where an answer goes', () => {
  it('received and rport name the real source (RFC 3581)', async () => {
    const request: SipRequest = caller.build('OPTIONS', 'sip:ringback.local');
    caller.send(withHeader(request, 'Via', 'SIP/2.0/UDP 10.9.9.9:5060;branch=z9hG4bKx1;rport'));
    const response = await caller.response(503);
    expect(header(response, 'Via')).toContain(`;received=127.0.0.1`);
    expect(header(response, 'Via')).toContain(`;rport=${caller.transport.local.port}`);
  });

  it('a repeated request gets the same answer again', async () => {
    const request = caller.call('OPTIONS', 'sip:ringback.local');
    const first = await caller.response(503);
    caller.send(request);
    expect(await caller.response(503)).toEqual(first);
  });
});

describe('an answer', () => {
  it('goes to where its request came from, whatever the Via says', async () => {
    const victim = await network.phone('victim');
    const request = caller.build('OPTIONS', 'sip:ringback.local');
    const { port } = victim.transport.local;
    caller.send(withHeader(request, 'Via', `SIP/2.0/UDP 10.9.9.9:0;maddr=127.0.0.2;branch=z9hG4bKm1`));
    await caller.response(503);
    caller.send(withHeader(request, 'Via', `SIP/2.0/UDP 127.0.0.1:${port};maddr=127.0.0.1;branch=z9hG4bKm2`));
    await caller.response(503);
    caller.send(
      withHeader(request, 'Via', `SIP/2.0/UDP h;received=127.0.0.1;rport=${port};branch=z9hG4bKm3`),
    );
    const answer = await caller.response(503);
    expect(header(answer, 'Via')).toContain(`rport=${caller.transport.local.port}`);
    expect(victim.log).toEqual([]);
  });
});
