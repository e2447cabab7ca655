import { header } from '@ringback/sip';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, callIn, deferred, dial, pickUp } from './support/calls.ts';
import { ANSWER, OFFER, sdp } from './support/sdp.ts';
import type { Message } from './support/srf.ts';
import { Testbed, uriOf } from './support/testbed.ts';

/** WebSocket is `tcp` to an application; the Via tells. */
const TRANSPORTS = [
  { transport: 'udp', protocol: 'udp', via: 'UDP' },
  { transport: 'tcp', protocol: 'tcp', via: 'TCP' },
  { transport: 'ws', protocol: 'tcp', via: 'WS' },
] as const;

describe('transports', () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await Testbed.start();
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  it.each(TRANSPORTS)(
    'calls come by $transport, and all of the call does',
    async ({ transport, protocol, via }) => {
      const seen = deferred<Message>();
      await bed.application((srf) =>
        srf.invite(async (req, res) => {
          seen.resolve(req);
          const dialog = await srf.createUAS(req, res, { localSdp: ANSWER });
          await dialog.modify(sdp(4300));
          await dialog.destroy();
        }),
      );
      const phone = await bed.phone('caller', transport);
      await dial(bed, phone);
      const invite = await phone.request('INVITE');
      expect(header(invite, 'Via')).toMatch(`SIP/2.0/${via} `);
      phone.reply(invite, 200, 'OK', { body: ANSWER });
      await phone.request('ACK');
      phone.reply(await phone.request('BYE'), 200, 'OK');
      expect((await seen.promise).protocol).toBe(protocol);
    },
  );

  it.each(['udp', 'tcp'] as const)('calls go out by %s as the URI says', async (transport) => {
    const srf = await bed.application();
    const phone = await bed.phone('callee', transport);
    // What a phone registers is where its connection is; see below. A phone by UDP can be called at once.
    if (transport === 'tcp') await register(phone);
    const calling = srf.createUAC(uriOf(phone), { localSdp: OFFER });
    const { invite } = await pickUp(phone);
    const dialog = await calling;
    expect(header(invite, 'Via')).toMatch(`SIP/2.0/${transport.toUpperCase()} `);
    void dialog.destroy();
    phone.reply(await phone.request('BYE'), 200, 'OK');
  });

  /** An application that takes every registration. */
  async function register(phone: Awaited<ReturnType<Testbed['phone']>>): Promise<void> {
    const srf = await bed.application((app) =>
      app.register((req, res) => {
        const contact = req.getParsedHeader('Contact')[0]!.uri;
        res.send(200, { headers: { Contact: `<${contact}>;expires=300`, Expires: '300' } });
      }),
    );
    phone.call('REGISTER', bed.uri('1001'), { headers: { Expires: '300' } });
    await phone.response(200, 'REGISTER');
    bed.stop(srf);
  }

  it.each(['tcp', 'ws'] as const)(
    'a phone that registered by %s is called on that connection',
    async (transport) => {
      const srf = await bed.application();
      const phone = await bed.phone('1001', transport);
      await register(phone);
      const calling = srf.createUAC(uriOf(phone), { localSdp: OFFER });
      const { invite, ask } = await pickUp(phone);
      const dialog = await calling;
      expect(header(invite, 'Via')).toMatch(`SIP/2.0/${transport.toUpperCase()} `);
      expect(header(invite, 'Contact')).toMatch(`transport=${transport}`);
      const ended = deferred();
      dialog.on('destroy', () => ended.resolve());
      ask('BYE');
      await phone.response(200, 'BYE');
      await ended.promise;
    },
  );

  it('a caller by WebSocket reaches a phone by UDP through a B2BUA', async () => {
    const callee = await bed.phone('callee');
    await bed.application((srf) => srf.invite((req, res) => srf.createB2BUA(req, res, uriOf(callee))));
    const caller = await bed.phone('caller', 'ws');
    const invite = caller.call('INVITE', bed.uri('service'), { body: OFFER });
    const { invite: called } = await Promise.all([pickUp(callee), caller.response(200, 'INVITE')]).then(
      ([leg, ok]) => {
        caller.ack(invite, ok);
        return leg;
      },
    );
    expect(header(called, 'Via')).toContain('SIP/2.0/UDP');
    expect(bodyOf(called)).toBe(OFFER);
  });

  it('the way back is where the request came from, whatever its Via says', async () => {
    await bed.application((srf) => srf.options((_, res) => res.send(200)));
    const phone = await bed.phone('1001');
    const Via = phone.via().replace(/127\.0\.0\.1:\d+/, '192.0.2.7:5099');
    phone.call('OPTIONS', bed.uri('service'), {
      headers: { Via: Via.includes('rport') ? Via : `${Via};rport` },
    });
    const answer = await phone.response(200, 'OPTIONS');
    expect(header(answer, 'Via')).toContain('received=127.0.0.1');
    expect(header(answer, 'Via')).toContain(`rport=${phone.transport.local.port}`);
  });

  it('answers of several kilobytes pass', async () => {
    const headers = { 'X-Big': 'y'.repeat(8000) };
    const { leg, dialog } = await callIn(bed, { headers });
    expect(header(leg.ok, 'X-Big')).toBe(headers['X-Big']);
    void dialog.destroy();
    leg.phone.reply(await leg.phone.request('BYE'), 200, 'OK');
  });
});
