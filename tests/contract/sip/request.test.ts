import { header } from '@ringback/sip';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, deferred, sequenceOf } from './support/calls.ts';
import type { Message } from './support/srf.ts';
import { Testbed, uriOf } from './support/testbed.ts';

/** The final response to a request that was sent. */
const answerTo = (request: Message) =>
  new Promise<Message>((resolve) => {
    request.on('response', (response: Message) => response.status >= 200 && resolve(response));
  });

describe('srf.request, outside of calls', () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await Testbed.start();
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  it.each(['OPTIONS', 'MESSAGE', 'REGISTER', 'PUBLISH', 'NOTIFY', 'INFO', 'REFER'])(
    'sends %s, tells what was sent, and then what was answered',
    async (method) => {
      const [srf, phone] = [await bed.application(), await bed.phone('callee')];
      const headers: Record<string, string> = {
        'X-Color': 'green',
        'Content-Type': 'text/plain',
        Contact: '<sip:me@localhost>',
        ...(method === 'REFER' ? { 'Refer-To': '<sip:x@y>' } : { Event: 'presence' }),
        ...(method === 'NOTIFY' ? { 'Subscription-State': 'terminated' } : {}),
      };
      const sent = await srf.request(uriOf(phone), { method, headers, body: 'hello' });
      const answering = answerTo(sent);
      const request = await phone.request(method);
      expect(request.uri).toBe(uriOf(phone));
      expect(bodyOf(request)).toBe('hello');
      expect(header(request, 'X-Color')).toBe('green');
      expect(header(request, 'Contact')).toBe(`<sip:me@127.0.0.1:${bed.address().port}>`);
      expect(sent.method).toBe(method);
      expect(sent.get('Call-ID')).toBe(header(request, 'Call-ID'));
      expect(sent.source).toBe('application');
      phone.reply(request, 202, 'Fine', {
        headers: { 'X-Answer': '1' },
        body: 'yes',
        contentType: 'text/plain',
      });
      const answer = await answering;
      expect(answer).toMatchObject({ status: 202, reason: 'Fine', body: 'yes', source_address: '127.0.0.1' });
      expect(answer.get('X-Answer')).toBe('1');
    },
  );

  it('takes the uri among the options, and calls back', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const first = await srf.request({ uri: uriOf(phone), method: 'OPTIONS' });
    phone.reply(await phone.request('OPTIONS'), 200, 'OK');
    expect((await answerTo(first)).status).toBe(200);
    const called = deferred<Message | undefined>();
    srf.request(uriOf(phone), { method: 'OPTIONS' }, (_, request) => called.resolve(request));
    await phone.request('OPTIONS');
    expect((await called.promise)?.method).toBe('OPTIONS');
  });

  it('goes by way of a proxy', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    await srf.request('sip:far@example.org', { method: 'OPTIONS', proxy: uriOf(phone) });
    expect((await phone.request('OPTIONS')).uri).toBe('sip:far@example.org');
  });

  it('keeps Call-ID and CSeq that the application gives', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const headers = { 'Call-ID': 'my-own-id', CSeq: '77 OPTIONS' };
    await srf.request(uriOf(phone), { method: 'OPTIONS', headers });
    const request = await phone.request('OPTIONS');
    expect(header(request, 'Call-ID')).toBe('my-own-id');
    expect(sequenceOf(request)).toBe(77);
  });

  it('does not let an application set what is the business of the server', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const headers = {
      Via: 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx',
      Route: '<sip:192.0.2.1;lr>',
      'Record-Route': '<sip:192.0.2.1;lr>',
    };
    await srf.request(uriOf(phone), { method: 'OPTIONS', headers });
    const request = await phone.request('OPTIONS');
    expect(request.headers.filter(({ name }) => name === 'Via')).toHaveLength(1);
    expect(header(request, 'Via')).not.toContain('192.0.2.1');
    expect(header(request, 'Route')).toBeUndefined();
    expect(header(request, 'Record-Route')).toBeUndefined();
  });

  it.each([
    [401, 'WWW-Authenticate', 'Authorization'],
    [407, 'Proxy-Authenticate', 'Proxy-Authorization'],
  ] as const)('answers %i with credentials: a REGISTER succeeds', async (status, asks, brings) => {
    const [srf, phone] = [await bed.application(), await bed.phone('registrar')];
    const headers = {
      Contact: '<sip:ann@localhost>;expires=3600',
      From: 'sip:ann@x.org',
      To: 'sip:ann@x.org',
    };
    const auth = { username: 'ann', password: 'secret' };
    const sent = await srf.request(uriOf(phone), { method: 'REGISTER', headers, auth });
    const answering = answerTo(sent);
    const first = await phone.request('REGISTER');
    phone.reply(first, status, 'Who are you', {
      headers: { [asks]: 'Digest realm="r", nonce="n", qop="auth"' },
    });
    const second = await phone.request('REGISTER');
    expect(header(second, brings)).toContain('username="ann"');
    expect(header(second, 'Call-ID')).toBe(header(first, 'Call-ID'));
    expect(header(second, 'Contact')).toBe(header(first, 'Contact'));
    phone.reply(second, 200, 'OK');
    expect((await answering).status).toBe(200);
  });

  it('gives up on a body without a type, and says so', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    await expect(srf.request(uriOf(phone), { method: 'MESSAGE', body: 'hello' })).rejects.toThrow(
      /content-type/i,
    );
  });

  it('shows every provisional response and the one final', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const sent = await srf.request(uriOf(phone), { method: 'INVITE', body: 'v=0\r\n' });
    const seen: number[] = [];
    const done = deferred();
    sent.on('response', (response: Message) => {
      seen.push(response.status);
      if (response.status >= 200) done.resolve();
    });
    const invite = await phone.request('INVITE');
    for (const status of [180, 181, 183]) phone.reply(invite, status, 'Wait');
    phone.reply(invite, 600, 'Busy Everywhere');
    await done.promise;
    expect(seen).toEqual([180, 181, 183, 600]);
  });

  it('repeats to who does not hear, until there is an answer', async () => {
    const [srf, phone] = [await bed.application(), await bed.phone('callee')];
    const sent = await srf.request(uriOf(phone), { method: 'OPTIONS' });
    const answering = answerTo(sent);
    const first = await phone.request('OPTIONS');
    const second = await phone.request('OPTIONS');
    expect(header(second, 'Via')).toBe(header(first, 'Via'));
    phone.reply(second, 200, 'OK');
    expect((await answering).status).toBe(200);
  });
});
