import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { header } from '@ringback/sip';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deferred, dial } from './support/calls.ts';
import { ANSWER, OFFER } from './support/sdp.ts';
import { serverIsGiven } from './support/server.ts';
import { type Dialog, Srf } from './support/srf.ts';
import { Testbed } from './support/testbed.ts';

// Whether there is a handler is said when a server is started, which can be done with ours only.
describe.skipIf(serverIsGiven)('a request handler', () => {
  let bed: Testbed;
  let handler: Server;
  /** What the handler was asked, and what it says. */
  let asked: URLSearchParams[];
  let instruction: object;

  beforeAll(async () => {
    handler = createServer((req, res) => {
      asked.push(new URL(req.url!, 'http://handler').searchParams);
      res.setHeader('Content-Type', 'application/json');
      res.end(JSON.stringify(instruction));
    }).listen(0, '127.0.0.1');
    await once(handler, 'listening');
    const { port } = handler.address() as AddressInfo;
    bed = await Testbed.start(['--http-handler', `http://127.0.0.1:${port}/route`]);
  });
  beforeEach(() => {
    asked = [];
  });
  afterEach(() => bed.clear());
  afterAll(async () => {
    await bed?.close();
    handler.closeAllConnections();
    handler.close();
  });

  it('is asked who calls whom, and can refuse', async () => {
    instruction = { action: 'reject', data: { status: 606, reason: 'Go Away' } };
    const phone = await bed.phone('caller');
    const invite = phone.call('INVITE', bed.uri('service'), { body: OFFER });
    const refused = await phone.response(606);
    phone.ackFailure(invite, refused);
    expect(refused.reason).toBe('Go Away');
    expect(Object.fromEntries(asked[0]!)).toMatchObject({
      method: 'INVITE',
      protocol: 'udp',
      source_address: '127.0.0.1',
      fromUser: 'caller',
      uriUser: 'service',
    });
  });

  it('can send the caller elsewhere', async () => {
    instruction = { action: 'redirect', data: { contact: ['sip:other@127.0.0.1:9'] } };
    const phone = await bed.phone('caller');
    const invite = phone.call('INVITE', bed.uri('service'), { body: OFFER });
    const moved = await phone.response(302);
    phone.ackFailure(invite, moved);
    expect(header(moved, 'Contact')).toContain('sip:other@127.0.0.1:9');
  });

  it('can name a tag: the application with that tag is asked', async () => {
    const answering = (status: number) => (srf: Srf) => srf.options((_, res) => res.send(status));
    await bed.application(answering(480), 'blue');
    await bed.application(answering(486), 'green');
    instruction = { action: 'route', data: { tag: 'green' } };
    const phone = await bed.phone('caller');
    for (let turn = 0; turn < 3; turn++) {
      phone.call('OPTIONS', bed.uri('service'));
      await phone.response(486, 'OPTIONS');
    }
  });

  it('can name an application that listens: a connection for each call, and the whole call on it', async () => {
    const srf = new Srf();
    srf.on('error', () => undefined);
    const dialogs: Dialog[] = [];
    const ended = [deferred(), deferred()];
    srf.invite((req, res) =>
      srf.createUAS(req, res, { localSdp: ANSWER }, (_, dialog) => {
        const over = ended[dialogs.push(dialog!) - 1]!;
        dialog?.on('destroy', () => {
          srf.endSession(req);
          over.resolve();
        });
      }),
    );
    const { secret } = bed.server.admin;
    const listening = srf.listen({ host: '127.0.0.1', port: 0, secret });
    if (!listening.listening) await once(listening, 'listening');
    const { port } = listening.address() as AddressInfo;
    instruction = { action: 'route', data: { uri: `127.0.0.1:${port}` } };
    const legs = [];
    for (const user of ['ann', 'bob']) legs.push(await dial(bed, await bed.phone(user)));
    for (const leg of legs) {
      leg.ask('BYE');
      await leg.phone.response(200, 'BYE');
    }
    for (const { promise } of ended) await promise;
    expect(new Set(dialogs.map((dialog) => dialog.req.socket)).size).toBe(2);
    listening.close();
  });

  it('that makes no sense is answered for with a failure', async () => {
    instruction = { action: 'sing' };
    const phone = await bed.phone('caller');
    phone.call('OPTIONS', bed.uri('service'));
    await phone.response(500, 'OPTIONS');
  });
});
