import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { header } from '@ringback/sip';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { deferred, dial, pickUp } from './support/calls.ts';
import { ANSWER, OFFER } from './support/sdp.ts';
import { ROOT, serverIsGiven } from './support/server.ts';
import type { Message } from './support/srf.ts';
import { Testbed, uriOf } from './support/testbed.ts';

const CERTIFICATE = join(ROOT, 'packages/drachtio-embedded/test/fixtures/localhost.cert.pem');
const KEY = join(ROOT, 'packages/drachtio-embedded/test/fixtures/localhost.key.pem');
const ca = readFileSync(CERTIFICATE, 'utf8');

// A certificate is named when a server is started, which can be done with ours only.
describe.skipIf(serverIsGiven).each(['tls', 'wss'] as const)('calls over %s', (transport) => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await Testbed.start([
      ...['--contact', 'sip:127.0.0.1:0;transport=tls', '--contact', 'sip:127.0.0.1:0;transport=wss'],
      ...['--cert-file', CERTIFICATE, '--key-file', KEY],
    ]);
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  it('come to an application, and the call is hung up from there', async () => {
    const seen = deferred<Message>();
    await bed.application((srf) =>
      srf.invite(async (req, res) => {
        seen.resolve(req);
        const dialog = await srf.createUAS(req, res, { localSdp: ANSWER });
        dialog.once('ack', () => dialog.destroy());
      }),
    );
    const phone = await bed.phone('caller', transport, { ca });
    await dial(bed, phone);
    const bye = await phone.request('BYE');
    expect(header(bye, 'Via')).toMatch(`SIP/2.0/${transport.toUpperCase()} `);
    phone.reply(bye, 200, 'OK');
    expect((await seen.promise).get('Via')).toMatch(`SIP/2.0/${transport.toUpperCase()} `);
  });

  it('go to a phone that registered, on its connection', async () => {
    const srf = await bed.application((app) =>
      app.register((req, res) => {
        const contact = req.getParsedHeader('Contact')[0]!.uri;
        res.send(200, { headers: { Contact: `<${contact}>;expires=300`, Expires: '300' } });
      }),
    );
    const phone = await bed.phone('1001', transport, { ca });
    phone.call('REGISTER', bed.uri('1001'), { headers: { Expires: '300' } });
    await phone.response(200, 'REGISTER');
    const calling = srf.createUAC(uriOf(phone), { localSdp: OFFER });
    const { invite, ask } = await pickUp(phone);
    const dialog = await calling;
    expect(header(invite, 'Via')).toMatch(`SIP/2.0/${transport.toUpperCase()} `);
    const ended = deferred();
    dialog.on('destroy', () => ended.resolve());
    ask('BYE');
    await phone.response(200, 'BYE');
    await ended.promise;
  });
});
