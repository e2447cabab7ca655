import { header } from '@ringback/sip';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { deferred, failureOf, pickUp, sequenceOf } from './support/calls.ts';
import { ANSWER, OFFER } from './support/sdp.ts';
import type { Credentials, Message } from './support/srf.ts';
import { Testbed, uriOf } from './support/testbed.ts';

const auth = { username: 'ann', password: 'secret' };
const CHALLENGES = [
  { status: 401, asks: 'WWW-Authenticate', brings: 'Authorization' },
  { status: 407, asks: 'Proxy-Authenticate', brings: 'Proxy-Authorization' },
] as const;

describe('createUAC, challenged or sent elsewhere', () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await Testbed.start();
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  it.each(CHALLENGES)(
    'answers $status with credentials, in the same call',
    async ({ status, asks, brings }) => {
      const [srf, phone] = [await bed.application(), await bed.phone('callee')];
      const calling = srf.createUAC(uriOf(phone), {
        localSdp: OFFER,
        auth,
        headers: { From: 'sip:ann@example.org' },
      });
      const first = await phone.request('INVITE');
      phone.reply(first, status, 'Unauthorized', {
        headers: { [asks]: 'Digest realm="here", nonce="n1", qop="auth", opaque="o"' },
      });
      await phone.request('ACK');
      const { invite } = await pickUp(phone);
      await calling;
      expect(header(invite, brings)).toMatch(/^Digest username="ann",realm="here",nonce="n1"/);
      expect(header(invite, 'Call-ID')).toBe(header(first, 'Call-ID'));
      expect(header(invite, 'From')).toBe(header(first, 'From'));
      expect(sequenceOf(invite)).toBe(sequenceOf(first) + 1);
      expect(header(invite, 'Via')).not.toBe(header(first, 'Via'));
    },
  );

  it('asks a function for the credentials, showing it request and challenge', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const seen: string[] = [];
    const ask: Credentials = (req, res, callback) => {
      seen.push(req.method, String(res.status), res.get('WWW-Authenticate'));
      callback(null, 'bob', 'pass');
    };
    const calling = srf.createUAC(uriOf(phone), { localSdp: OFFER, auth: ask });
    phone.reply(await phone.request('INVITE'), 401, 'Unauthorized', {
      headers: { 'WWW-Authenticate': 'Digest realm="r", nonce="n"' },
    });
    await phone.request('ACK');
    const { invite } = await pickUp(phone);
    await calling;
    expect(header(invite, 'Authorization')).toContain('username="bob"');
    expect(seen).toEqual(['INVITE', '401', 'Digest realm="r", nonce="n"']);
  });

  it('gives up when the credentials are refused', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const calling = failureOf(srf.createUAC(uriOf(phone), { localSdp: OFFER, auth }));
    const headers = { 'WWW-Authenticate': 'Digest realm="r", nonce="n"' };
    phone.reply(await phone.request('INVITE'), 401, 'Unauthorized', { headers });
    await phone.request('ACK');
    phone.reply(await phone.request('INVITE'), 401, 'Unauthorized', { headers });
    await phone.request('ACK');
    expect(await calling).toMatchObject({ status: 401 });
  });

  it('fails with a challenge that nobody can answer', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const calling = failureOf(srf.createUAC(uriOf(phone), { localSdp: OFFER }));
    phone.reply(await phone.request('INVITE'), 407, 'Proxy Authentication Required', {
      headers: { 'Proxy-Authenticate': 'Digest realm="r", nonce="n"' },
    });
    expect((await calling).res.get('Proxy-Authenticate')).toContain('realm="r"');
  });

  it('cancels what it sent the second time', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const sent = deferred<Message>();
    const progress = { cbRequest: (_: Error | null, request: Message) => sent.resolve(request) };
    const calling = failureOf(srf.createUAC(uriOf(phone), { localSdp: OFFER, auth }, progress));
    phone.reply(await phone.request('INVITE'), 401, 'Unauthorized', {
      headers: { 'WWW-Authenticate': 'Digest realm="r", nonce="n"' },
    });
    await phone.request('ACK');
    const second = await phone.request('INVITE');
    phone.reply(second, 180, 'Ringing');
    (await sent.promise).cancel();
    const cancel = await phone.request('CANCEL');
    expect(header(cancel, 'Via')).toBe(header(second, 'Via'));
    phone.reply(cancel, 200, 'OK');
    phone.reply(second, 487, 'Request Terminated');
    expect(await calling).toMatchObject({ status: 487 });
  });

  it('follows a redirection to the new address', async () => {
    const [srf, old, next] = [await bed.application(), await bed.phone('old'), await bed.phone('next')];
    const calling = srf.createUAC(uriOf(old), { localSdp: OFFER, followRedirects: true });
    old.reply(await old.request('INVITE'), 302, 'Moved Temporarily', { headers: { Contact: next.contact } });
    await old.request('ACK');
    const { invite } = await pickUp(next);
    const dialog = await calling;
    expect(invite.uri).toBe(uriOf(next));
    expect(dialog.remote).toEqual({ sdp: ANSWER, uri: uriOf(next) });
  });

  it('follows it with the request URI kept', async () => {
    const [srf, old, next] = [await bed.application(), await bed.phone('old'), await bed.phone('next')];
    const options = { localSdp: OFFER, followRedirects: true, keepUriOnRedirect: true };
    const calling = srf.createUAC(uriOf(old), options);
    old.reply(await old.request('INVITE'), 302, 'Moved Temporarily', { headers: { Contact: next.contact } });
    const { invite } = await pickUp(next);
    await calling;
    expect(invite.uri).toBe(uriOf(old));
  });

  it('is told of a redirection that it does not follow', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const calling = failureOf(srf.createUAC(uriOf(phone), { localSdp: OFFER }));
    const contact = '<sip:b@127.0.0.1:9>;q=0.5, <sip:c@127.0.0.1:9>';
    phone.reply(await phone.request('INVITE'), 301, 'Moved Permanently', { headers: { Contact: contact } });
    const error = await calling;
    expect(error.status).toBe(301);
    expect(error.res.getParsedHeader('Contact').map(({ uri }) => uri)).toEqual([
      'sip:b@127.0.0.1:9',
      'sip:c@127.0.0.1:9',
    ]);
  });
});
