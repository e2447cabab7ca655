import { header, headers, type SipRequest, tagOf, withHeader } from '@ringback/sip';
import type { SipPhone } from '@ringback/testing';
import type { Message, Response } from 'drachtio-srf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deferred, Network, SDP } from './network.ts';

let network: Network;
let phone: SipPhone;
beforeEach(async () => {
  network = await Network.start();
  phone = await network.phone('1001');
});
afterEach(() => network.close());

const SOMEBODY = 'sip:1002@ringback.local';

/** An application that is asked and does not answer until the test does. */
async function silent(
  ...methods: string[]
): Promise<{ asked: Promise<[Message, Response]>; count: () => number }> {
  const asked = deferred<[Message, Response]>();
  let count = 0;
  await network.application((srf) => {
    for (const method of methods) {
      srf.use(method, (req, res) => {
        count += 1;
        asked.resolve([req, res]);
      });
    }
  });
  return { asked: asked.promise, count: () => count };
}

/** The same request by another way: the branch is another one (RFC 3261 8.2.2.2). */
const byAnotherWay = (request: SipRequest) => withHeader(request, 'Via', phone.via());

describe('a request that comes by two ways', () => {
  it.each(['MESSAGE', 'OPTIONS', 'SUBSCRIBE', 'REGISTER', 'PUBLISH'])(
    '%s gets 482 the second time, and its application sees it once',
    async (method) => {
      const { asked, count } = await silent(method.toLowerCase());
      const request = phone.call(method, SOMEBODY);
      const [, res] = await asked;
      phone.send(byAnotherWay(request));
      await phone.response(482, method);
      res.send(404);
      await phone.response(404, method);
      expect(count()).toBe(1);
    },
  );

  it('after a success gets 482 too, while the same branch gets the same answer again', async () => {
    const { asked } = await silent('message');
    const request = phone.call('MESSAGE', SOMEBODY);
    (await asked)[1].send(200);
    const ok = await phone.response(200, 'MESSAGE');
    phone.send(byAnotherWay(request));
    await phone.response(482, 'MESSAGE');
    phone.send(request);
    expect(await phone.response(200, 'MESSAGE')).toEqual(ok);
  });

  it('is new after a refusal: a careless client repeats it with credentials and the same CSeq', async () => {
    let turn = 0;
    await network.application((srf) => {
      srf.register((_req, res) => {
        turn += 1;
        if (turn === 1) res.send(401);
        else if (turn === 2) setTimeout(() => res.send(200), 50);
      });
    });
    const request = phone.call('REGISTER', SOMEBODY);
    await phone.response(401);
    phone.send(byAnotherWay(request));
    // The repetition is what is being answered now, so that it counts from here on.
    phone.send(byAnotherWay(request));
    await phone.response(482);
    await phone.response(200);
    expect(turn).toBe(2);
  });

  it('with a To tag is no merged request but one of its dialog', async () => {
    await network.application((srf) => {
      srf.invite((req, res) => void srf.createUAS(req, res, { localSdp: SDP }));
    });
    const invite = phone.call('INVITE', SOMEBODY, { body: SDP });
    const ok = await phone.response(200);
    phone.ack(invite, ok);
    const info = phone.inDialog('INFO', invite, ok);
    await phone.response(200, 'INFO');
    phone.send(byAnotherWay(info));
    await phone.response(200, 'INFO');
  });
});

describe('a request that was passed on 70 times', () => {
  it.each(['MESSAGE', 'SUBSCRIBE', 'REFER', 'PUBLISH', 'INVITE'])('%s gets 483', async (method) => {
    const { count } = await silent(method.toLowerCase());
    phone.call(method, SOMEBODY, { headers: { 'Max-Forwards': '0' } });
    await phone.response(483, method);
    expect(count()).toBe(0);
  });

  it.each(['OPTIONS', 'REGISTER'])('%s is for us and is answered', async (method) => {
    await network.application((srf) => srf.use(method.toLowerCase(), (_req, res) => res.send(200)));
    phone.call(method, SOMEBODY, { headers: { 'Max-Forwards': '0' } });
    await phone.response(200, method);
  });
});

describe('a CANCEL', () => {
  it('of something else than INVITE gets 200 and changes nothing', async () => {
    const { asked } = await silent('message');
    const request = phone.call('MESSAGE', SOMEBODY);
    const [, res] = await asked;
    phone.cancel(request);
    const ok = await phone.response(200, 'CANCEL');
    res.send(202);
    const accepted = await phone.response(202, 'MESSAGE');
    expect(tagOf(header(accepted, 'To'))).toBe(tagOf(header(ok, 'To')));
  });

  it('with another Request-URI is known by its branch', async () => {
    await silent('invite');
    const invite = phone.call('INVITE', SOMEBODY, { body: SDP });
    await phone.response(100);
    phone.cancel({ ...invite, uri: 'sip:somebody-else@ringback.local' });
    await phone.response(200, 'CANCEL');
    phone.ackFailure(invite, await phone.response(487, 'INVITE'));
  });

  it('with another branch gets 481, and the INVITE goes on', async () => {
    const { asked } = await silent('invite');
    const invite = phone.call('INVITE', SOMEBODY, { body: SDP });
    const [, res] = await asked;
    phone.cancel(byAnotherWay(invite));
    await phone.response(481, 'CANCEL');
    res.send(486);
    phone.ackFailure(invite, await phone.response(486));
  });

  it('of an INVITE the server refused by itself gets 481, since nothing is kept of it', async () => {
    const invite = phone.call('INVITE', SOMEBODY, { body: SDP });
    phone.ackFailure(invite, await phone.response(503));
    phone.cancel(invite);
    await phone.response(481, 'CANCEL');
  });

  it('after the 200 of the INVITE gets 200 and leaves the call alone', async () => {
    await network.application((srf) => {
      srf.invite((req, res) => void srf.createUAS(req, res, { localSdp: SDP }));
    });
    const invite = phone.call('INVITE', SOMEBODY, { body: SDP });
    const ok = await phone.response(200, 'INVITE');
    phone.ack(invite, ok);
    phone.cancel(invite);
    await phone.response(200, 'CANCEL');
    phone.inDialog('OPTIONS', invite, ok);
    await phone.response(200, 'OPTIONS');
  });

  it('that comes twice gets the same answer twice', async () => {
    await silent('invite');
    const invite = phone.call('INVITE', SOMEBODY, { body: SDP });
    await phone.response(100);
    const cancel = phone.cancel(invite);
    const ok = await phone.response(200, 'CANCEL');
    phone.send(cancel);
    expect(await phone.response(200, 'CANCEL')).toEqual(ok);
    phone.ackFailure(invite, await phone.response(487, 'INVITE'));
    expect(phone.unread()).toEqual([]);
  });
});

describe('a request with a made-up To tag', () => {
  it.each(['BYE', 'UPDATE', 'PRACK', 'INFO', 'NOTIFY', 'SUBSCRIBE', 'REFER', 'MESSAGE', 'REGISTER', 'DANCE'])(
    '%s gets 481 and no application sees it',
    async (method) => {
      const { count } = await silent('info', 'notify', 'subscribe', 'refer', 'message', 'register', 'dance');
      phone.call(method, SOMEBODY, { headers: { To: `<${SOMEBODY}>;tag=made-up`, RAck: '1 1 INVITE' } });
      await phone.response(481, method);
      expect(count()).toBe(0);
    },
  );
});

describe('a method', () => {
  it('nobody knows gets 501, unless an application asked for it', async () => {
    phone.call('DANCE', SOMEBODY);
    await phone.response(501, 'DANCE');
    await network.application((srf) => srf.use('dance', (_req, res) => res.send(200)));
    phone.call('DANCE', SOMEBODY);
    await phone.response(200, 'DANCE');
  });

  it('REFER goes to the application that asked for it, and is not allowed when none did', async () => {
    phone.call('REFER', SOMEBODY, { headers: { 'Refer-To': '<sip:1003@ringback.local>' } });
    const refused = await phone.response(405, 'REFER');
    expect(headers(refused, 'Allow')).not.toContain('REFER');
    expect(headers(refused, 'Allow')).toContain('SUBSCRIBE');
    await network.application((srf) => srf.refer((_req, res) => res.send(603)));
    phone.call('REFER', SOMEBODY, { headers: { 'Refer-To': '<sip:1003@ringback.local>' } });
    await phone.response(603, 'REFER');
  });

  it.each(['INFO', 'NOTIFY', 'MESSAGE', 'PUBLISH', 'OPTIONS', 'SUBSCRIBE'])(
    '%s outside of a dialog goes to its application, with where it came in',
    async (method) => {
      const { asked } = await silent(method.toLowerCase());
      phone.call(method, SOMEBODY, { body: 'x', contentType: 'text/plain' });
      const [req, res] = await asked;
      expect(req.receivedOn).toBe(`127.0.0.1:${network.port('udp')}`);
      expect(req.stackDialogId).toBe('');
      expect(req.body).toBe('x');
      res.send(488);
      await phone.response(488, method);
    },
  );
});

describe('OPTIONS', () => {
  it('of the User-Agent that was named are answered by the server, others are for the application', async () => {
    await network.close();
    network = await Network.start({ userAgentOptionsAutoRespond: 'balancer/1.0' });
    phone = await network.phone('1001');
    const { asked, count } = await silent('options');
    phone.call('OPTIONS', SOMEBODY, { headers: { 'User-Agent': 'balancer/1.0' } });
    expect(headers(await phone.response(200, 'OPTIONS'), 'Allow')).toContain('INVITE');
    expect(count()).toBe(0);
    phone.call('OPTIONS', SOMEBODY, { headers: { 'User-Agent': 'balancer/1.0.1' } });
    (await asked)[1].send(486);
    await phone.response(486, 'OPTIONS');
  });
});
