import { header, headers, type SipRequest } from '@ringback/sip';
import type { SipPhone } from '@ringback/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, deferred } from './support/calls.ts';
import { ANSWER, OFFER } from './support/sdp.ts';
import type { ProxyOptions, ProxyResults } from './support/srf.ts';
import { Testbed, uriOf } from './support/testbed.ts';

const headerLines = (request: SipRequest, name: string) => headers(request, name).length;

describe('proxyRequest', () => {
  let bed: Testbed;
  let results: Promise<ProxyResults>;
  beforeAll(async () => {
    bed = await Testbed.start();
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  /** A caller whose INVITE an application proxies to those phones. */
  async function proxied(targets: SipPhone[], options: ProxyOptions = {}) {
    const { promise, resolve } = deferred<ProxyResults>();
    results = promise;
    await bed.application((srf) =>
      srf.invite(async (req) => resolve(await srf.proxyRequest(req, targets.map(uriOf), options))),
    );
    const caller = await bed.phone('caller');
    const invite = caller.call('INVITE', bed.uri('service'), { body: OFFER });
    return { caller, invite };
  }

  /** The phone refuses an INVITE, and the proxy acknowledges. */
  async function refuse(phone: SipPhone, status: number, reason: string): Promise<void> {
    phone.reply(await phone.request('INVITE'), status, reason);
    await phone.request('ACK');
  }

  it('passes a request and every response on, and tells the application of the answer', async () => {
    const callee = await bed.phone('callee');
    const { caller, invite } = await proxied([callee]);
    const called = await callee.request('INVITE');
    expect(called.uri).toBe(uriOf(callee));
    expect(bodyOf(called)).toBe(OFFER);
    expect(headerLines(called, 'Via')).toBe(2);
    expect(header(called, 'Max-Forwards')).toBe('69');
    expect(headerLines(called, 'Record-Route')).toBe(0);
    for (const name of ['Call-ID', 'From', 'To', 'CSeq', 'Contact'])
      expect(header(called, name)).toBe(header(invite, name));
    callee.reply(called, 180, 'Ringing');
    expect(headers(await caller.response(180), 'Via')).toHaveLength(1);
    callee.reply(called, 200, 'OK', { body: ANSWER });
    const ok = await caller.response(200, 'INVITE');
    expect(bodyOf(ok)).toBe(ANSWER);
    expect(header(ok, 'Contact')).toBe(callee.contact);
    const { connected, finalStatus, responses } = await results;
    expect(connected).toBe(true);
    expect(finalStatus).toBe(200);
    expect(responses.at(-1)).toMatchObject({ address: '127.0.0.1', port: callee.transport.local.port });
    expect(responses.flatMap(({ msgs }) => msgs.map(({ status }) => status)).at(-1)).toBe(200);
  });

  it('calls back, and takes one destination as text', async () => {
    const callee = await bed.phone('callee');
    const { promise, resolve } = deferred<ProxyResults | undefined>();
    await bed.application((srf) =>
      srf.invite((req) => srf.proxyRequest(req, uriOf(callee), {}, (_, result) => resolve(result))),
    );
    const caller = await bed.phone('caller');
    const invite = caller.call('INVITE', bed.uri('service'), { body: OFFER });
    await refuse(callee, 486, 'Busy Here');
    caller.ackFailure(invite, await caller.response(486));
    expect(await promise).toMatchObject({ connected: false, finalStatus: 486 });
  });

  it('is a method of the request, too', async () => {
    const callee = await bed.phone('callee');
    await bed.application((srf) =>
      srf.message((req) => req.proxy({ destination: uriOf(callee), headers: { 'X-Proxied': 'yes' } })),
    );
    const caller = await bed.phone('caller');
    caller.call('MESSAGE', bed.uri('service'), { body: 'hi', contentType: 'text/plain' });
    const request = await callee.request('MESSAGE');
    expect(bodyOf(request)).toBe('hi');
    expect(header(request, 'X-Proxied')).toBe('yes');
    callee.reply(request, 202, 'Accepted');
    await caller.response(202, 'MESSAGE');
  });

  it.each([{ remainInDialog: true }, { recordRoute: true }])('stays in the call with %o', async (option) => {
    const callee = await bed.phone('callee');
    const { caller, invite } = await proxied([callee], option);
    const called = await callee.request('INVITE');
    const { host, port } = bed.address();
    expect(header(called, 'Record-Route')).toMatch(`${host}:${port}`);
    expect(header(called, 'Record-Route')).toMatch(/;lr/);
    const answer = callee.reply(called, 200, 'OK', { body: ANSWER });
    const ok = await caller.response(200, 'INVITE');
    const Route = header(ok, 'Record-Route')!;
    caller.ack(invite, ok, { headers: { Route } });
    expect(bodyOf(await callee.request('ACK'))).toBe('');
    callee.inAnsweredDialog('INFO', called, answer, { headers: { Route } });
    const info = await caller.request('INFO');
    expect(headerLines(info, 'Route')).toBe(0);
    caller.reply(info, 200, 'OK');
    await callee.response(200, 'INFO');
    caller.inDialog('BYE', invite, ok, { headers: { Route } });
    callee.reply(await callee.request('BYE'), 200, 'OK');
    await caller.response(200, 'BYE');
  });

  it('tries one after the other, and gives the answer of the first who takes the call', async () => {
    const targets = await Promise.all(['a', 'b', 'c'].map((user) => bed.phone(user)));
    const [a, b, c] = targets as [SipPhone, SipPhone, SipPhone];
    const { caller, invite } = await proxied(targets, { forking: 'sequential' });
    await refuse(a, 404, 'Not Found');
    b.reply(await b.request('INVITE'), 200, 'OK', { body: ANSWER });
    caller.ack(invite, await caller.response(200, 'INVITE'));
    const { connected, responses } = await results;
    expect(connected).toBe(true);
    // drachtio-srf does not tell responses of several targets at one address apart.
    expect(responses.flatMap(({ msgs }) => msgs.map(({ status }) => status))).toEqual([404, 200]);
    expect(c.log).toEqual([]);
    expect(caller.unread().filter((line) => line.includes('404'))).toEqual([]);
  });

  it('gives the best of the refusals when nobody takes it', async () => {
    const targets = await Promise.all(['a', 'b'].map((user) => bed.phone(user)));
    const [a, b] = targets as [SipPhone, SipPhone];
    const { caller, invite } = await proxied(targets);
    await refuse(a, 486, 'Busy Here');
    await refuse(b, 503, 'Service Unavailable');
    const failure = await Promise.race([486, 503, 500].map((status) => caller.response(status, 'INVITE')));
    caller.ackFailure(invite, failure);
    expect(failure.status).toBe(486);
    expect((await results).connected).toBe(false);
  });

  it('calls all at once, and cancels the others when one answers', async () => {
    const targets = await Promise.all(['a', 'b'].map((user) => bed.phone(user)));
    const [a, b] = targets as [SipPhone, SipPhone];
    const { caller, invite } = await proxied(targets, { forking: 'simultaneous' });
    const [atA, atB] = [await a.request('INVITE'), await b.request('INVITE')];
    a.reply(atA, 180, 'Ringing');
    b.reply(atB, 180, 'Ringing');
    b.reply(atB, 200, 'OK', { body: ANSWER });
    const cancel = await a.request('CANCEL');
    a.reply(cancel, 200, 'OK');
    a.reply(atA, 487, 'Request Terminated');
    await a.request('ACK');
    const ok = await caller.response(200, 'INVITE');
    caller.ack(invite, ok);
    expect(header(ok, 'Contact')).toBe(b.contact);
    expect((await results).connected).toBe(true);
    expect(caller.unread().filter((line) => line.includes('487'))).toEqual([]);
  });

  it('follows a redirection when told to', async () => {
    const [old, next] = [await bed.phone('old'), await bed.phone('next')];
    const { caller, invite } = await proxied([old], { followRedirects: true });
    old.reply(await old.request('INVITE'), 302, 'Moved Temporarily', { headers: { Contact: next.contact } });
    await old.request('ACK');
    const called = await next.request('INVITE');
    expect(called.uri).toBe(uriOf(next));
    next.reply(called, 200, 'OK', { body: ANSWER });
    caller.ack(invite, await caller.response(200, 'INVITE'));
    expect((await results).finalStatus).toBe(200);
  });

  it('passes it back when not', async () => {
    const old = await bed.phone('old');
    const { caller, invite } = await proxied([old]);
    old.reply(await old.request('INVITE'), 302, 'Moved', { headers: { Contact: '<sip:x@127.0.0.1:9>' } });
    const moved = await caller.response(302);
    caller.ackFailure(invite, moved);
    expect(header(moved, 'Contact')).toBe('<sip:x@127.0.0.1:9>');
    expect((await results).finalStatus).toBe(302);
  });

  it('goes on when there is no sign of life in time', async () => {
    const [silent, next] = [await bed.phone('silent'), await bed.phone('next')];
    const { caller, invite } = await proxied([silent, next], { provisionalTimeout: '300ms' });
    await silent.request('INVITE');
    next.reply(await next.request('INVITE'), 200, 'OK', { body: ANSWER });
    caller.ack(invite, await caller.response(200, 'INVITE'));
    expect((await results).connected).toBe(true);
  });

  it('goes on when nobody answers the ringing in time', async () => {
    const [ringing, next] = [await bed.phone('ringing'), await bed.phone('next')];
    const { caller, invite } = await proxied([ringing, next], { finalTimeout: '1s' });
    const called = await ringing.request('INVITE');
    ringing.reply(called, 180, 'Ringing');
    ringing.reply(await ringing.request('CANCEL'), 200, 'OK');
    ringing.reply(called, 487, 'Request Terminated');
    next.reply(await next.request('INVITE'), 200, 'OK', { body: ANSWER });
    caller.ack(invite, await caller.response(200, 'INVITE'));
    expect((await results).finalStatus).toBe(200);
  });

  it('cancels whoever rings when the caller hangs up', async () => {
    const callee = await bed.phone('callee');
    const { caller, invite } = await proxied([callee]);
    const called = await callee.request('INVITE');
    callee.reply(called, 180, 'Ringing');
    await caller.response(180);
    caller.cancel(invite);
    await caller.response(200, 'CANCEL');
    callee.reply(await callee.request('CANCEL'), 200, 'OK');
    callee.reply(called, 487, 'Request Terminated');
    caller.ackFailure(invite, await caller.response(487, 'INVITE'));
  });

  it('does not go round in circles', async () => {
    const callee = await bed.phone('callee');
    await bed.application((srf) =>
      srf.invite((req) => srf.proxyRequest(req, uriOf(callee)).catch(() => undefined)),
    );
    const caller = await bed.phone('caller');
    const invite = caller.call('INVITE', bed.uri('x'), { body: OFFER, headers: { 'Max-Forwards': '0' } });
    caller.ackFailure(invite, await caller.response(483));
    expect(callee.log).toEqual([]);
  });

  it('lets the caller answer a challenge, at the phone that asked', async () => {
    const callee = await bed.phone('callee');
    const { caller, invite } = await proxied([callee]);
    callee.reply(await callee.request('INVITE'), 407, 'Proxy Authentication Required', {
      headers: { 'Proxy-Authenticate': 'Digest realm="r", nonce="n"' },
    });
    const challenge = await caller.response(407);
    expect(header(challenge, 'Proxy-Authenticate')).toBe('Digest realm="r", nonce="n"');
    caller.ackFailure(invite, challenge);
    caller.call('INVITE', bed.uri('service'), {
      body: OFFER,
      headers: {
        'Call-ID': header(invite, 'Call-ID')!,
        From: header(invite, 'From')!,
        'Proxy-Authorization': 'Digest username="ann", realm="r", nonce="n", response="0"',
      },
    });
    const second = await callee.request('INVITE');
    expect(header(second, 'Proxy-Authorization')).toContain('username="ann"');
    callee.reply(second, 200, 'OK', { body: ANSWER });
    await caller.response(200, 'INVITE');
  });
});
