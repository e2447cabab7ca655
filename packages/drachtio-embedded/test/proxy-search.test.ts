import { header, headers } from '@ringback/sip';
import type { SipPhone } from '@ringback/testing';
import type { ProxyOptions } from 'drachtio-srf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Network } from './network.ts';
import { addressOf, dial, finals, proxyTo } from './proxying.ts';

let network: Network;
let caller: SipPhone;
let one: SipPhone;
let two: SipPhone;
beforeEach(async () => {
  network = await Network.start();
  caller = await network.phone('1001');
  one = await network.phone('1002');
  two = await network.phone('1003', 'udp', { localHost: '127.0.0.2' });
});
afterEach(() => network.close());

const toBoth = (options: ProxyOptions = {}) =>
  proxyTo(network, () => ({ destination: [addressOf(one), addressOf(two)], ...options }));

describe('a serial search', () => {
  it('asks the next target after a failure; the application sees both answers', async () => {
    const { result } = await toBoth();
    dial(caller);
    one.reply(await one.request('INVITE'), 486, 'Busy Here');
    await one.request('ACK');
    two.reply(await two.request('INVITE'), 200, 'OK');
    await caller.response(200);
    const { connected, responses } = await result;
    expect(connected).toBe(true);
    expect(responses.map(({ address, msgs }) => [address, msgs[0]!.status])).toEqual([
      ['127.0.0.1', 486],
      ['127.0.0.2', 200],
    ]);
  });

  it('gives the caller the best failure', async () => {
    const { result } = await toBoth();
    const invite = dial(caller);
    one.reply(await one.request('INVITE'), 486, 'Busy Here');
    two.reply(await two.request('INVITE'), 503, 'Out');
    caller.ackFailure(invite, await caller.response(486));
    expect(await result).toMatchObject({ connected: false, finalStatus: 503 });
    expect(finals(caller)).toEqual([486]);
  });

  it('leaves a target that is silent, and cancels it when it speaks after all', async () => {
    await toBoth({ provisionalTimeout: '50ms' });
    dial(caller);
    const first = await one.request('INVITE');
    const second = await two.request('INVITE');
    one.reply(first, 180, 'Ringing');
    one.reply(await one.request('CANCEL'), 200, 'OK');
    one.reply(first, 487, 'Request Terminated');
    await one.request('ACK');
    two.reply(second, 200, 'OK');
    await caller.response(200);
    expect(finals(caller)).toEqual([200]);
  });

  it('leaves a target that rings too long', async () => {
    await toBoth({ finalTimeout: '1s', provisionalTimeout: '500ms' });
    dial(caller);
    one.reply(await one.request('INVITE'), 180, 'Ringing');
    await caller.response(180);
    expect(header(await one.request('CANCEL'), 'CSeq')).toContain('CANCEL');
    two.reply(await two.request('INVITE'), 603, 'Decline');
    await caller.response(603);
  });

  it('with a timeout that cannot be read is refused, and the application may answer itself', async () => {
    let refusal: unknown;
    await network.application((srf) => {
      srf.invite((req, res) => {
        req.proxy({ destination: addressOf(one), finalTimeout: '2 minutes' }).catch((error: unknown) => {
          refusal = error;
          res.send(480);
        });
      });
    });
    dial(caller);
    await caller.response(480);
    expect(refusal).toMatch(/invalid timeout "2 minutes"/);
  });

  it('stops at a challenge; the request with credentials goes to that target again, and to no other', async () => {
    await toBoth();
    const invite = dial(caller);
    one.reply(await one.request('INVITE'), 404, 'Not Found');
    const challenge = 'Digest realm="two", nonce="abc"';
    two.reply(await two.request('INVITE'), 407, 'Auth', { headers: { 'Proxy-Authenticate': challenge } });
    const asked = await caller.response(407);
    expect(header(asked, 'Proxy-Authenticate')).toBe(challenge);
    caller.ackFailure(invite, asked);
    caller.call('INVITE', invite.uri, {
      headers: {
        From: header(invite, 'From')!,
        'Call-ID': header(invite, 'Call-ID')!,
        'Proxy-Authorization': 'Digest username="u", realm="two", nonce="abc", uri="sip:x", response="0"',
      },
    });
    two.reply(await two.request('INVITE'), 200, 'OK');
    await caller.response(200);
    expect(
      one.log.filter((message) => message.kind === 'request' && message.method === 'INVITE'),
    ).toHaveLength(1);
  });
});

describe('a simultaneous search', () => {
  const forking = 'simultaneous';

  it('rings everywhere; who answers first has the call, the others are told so', async () => {
    const { result } = await toBoth({ forking });
    dial(caller);
    const first = await one.request('INVITE');
    const second = await two.request('INVITE');
    expect(header(first, 'Via')).not.toBe(header(second, 'Via'));
    one.reply(first, 180, 'Ringing');
    two.reply(second, 180, 'Ringing');
    await caller.response(180);
    await caller.response(180);
    two.reply(second, 200, 'OK');
    await caller.response(200);
    const cancel = await one.request('CANCEL');
    expect(header(cancel, 'Via')).toBe(header(first, 'Via'));
    expect(header(cancel, 'Reason')).toContain('Call completed elsewhere');
    one.reply(cancel, 200, 'OK');
    one.reply(first, 487, 'Request Terminated');
    await one.request('ACK');
    expect((await result).responses).toHaveLength(1);
    expect(finals(caller)).toEqual([200]);
  });

  it('forwards the answer of who did not hear the CANCEL in time', async () => {
    await toBoth({ forking });
    dial(caller);
    const first = await one.request('INVITE');
    const second = await two.request('INVITE');
    one.reply(first, 180, 'Ringing');
    await caller.response(180);
    two.reply(second, 200, 'OK', { tag: 'two' });
    await caller.response(200);
    await one.request('CANCEL');
    one.reply(first, 200, 'OK', { tag: 'one' });
    expect(header(await caller.response(200), 'To')).toContain('tag=one');
  });

  it('ends everywhere with a 6xx', async () => {
    await toBoth({ forking });
    dial(caller);
    const first = await one.request('INVITE');
    const second = await two.request('INVITE');
    one.reply(first, 180, 'Ringing');
    await caller.response(180);
    two.reply(second, 603, 'Decline');
    one.reply(await one.request('CANCEL'), 200, 'OK');
    one.reply(first, 487, 'Request Terminated');
    await caller.response(603);
    expect(finals(caller)).toEqual([603]);
  });

  it('hands the challenges of all targets over at once', async () => {
    await toBoth({ forking });
    dial(caller);
    const first = await one.request('INVITE');
    const second = await two.request('INVITE');
    one.reply(first, 401, 'Auth', { headers: { 'WWW-Authenticate': 'Digest realm="one", nonce="a"' } });
    two.reply(second, 407, 'Auth', { headers: { 'Proxy-Authenticate': 'Digest realm="two", nonce="b"' } });
    const asked = await caller.response(401);
    expect(header(asked, 'WWW-Authenticate')).toContain('one');
    expect(header(asked, 'Proxy-Authenticate')).toContain('two');
  });
});

describe('a proxied call that is called off', () => {
  it('is called off everywhere, and ends in 487', async () => {
    const { result } = await toBoth({ forking: 'simultaneous' });
    const invite = dial(caller);
    const rung = [one, two].map(async (phone) => {
      const forwarded = await phone.request('INVITE');
      phone.reply(forwarded, 180, 'Ringing');
      phone.reply(await phone.request('CANCEL'), 200, 'OK');
      phone.reply(forwarded, 487, 'Request Terminated');
      await phone.request('ACK');
    });
    await caller.response(180);
    await caller.response(180);
    caller.cancel(invite);
    await caller.response(200, 'CANCEL');
    caller.ackFailure(invite, await caller.response(487, 'INVITE'));
    await Promise.all(rung);
    expect(await result).toMatchObject({ connected: false, finalStatus: 487 });
  });

  it('too late is answered', async () => {
    await proxyTo(network, () => ({ destination: addressOf(one) }));
    const invite = dial(caller);
    const forwarded = await one.request('INVITE');
    one.reply(forwarded, 180, 'Ringing');
    await caller.response(180);
    caller.cancel(invite);
    await caller.response(200, 'CANCEL');
    await one.request('CANCEL');
    one.reply(forwarded, 200, 'OK');
    await caller.response(200, 'INVITE');
    expect(finals(caller)).toEqual([200, 200]);
  });

  it('by a browser that is closed stops ringing', async () => {
    await proxyTo(network, () => ({ destination: addressOf(one) }));
    const page = await network.phone('1009', 'ws');
    dial(page);
    const forwarded = await one.request('INVITE');
    one.reply(forwarded, 180, 'Ringing');
    await page.response(180);
    page.close();
    await one.request('CANCEL');
  });
});

describe('a redirect', () => {
  it('is passed back to the caller', async () => {
    await proxyTo(network, () => ({ destination: addressOf(one) }));
    dial(caller);
    one.reply(await one.request('INVITE'), 302, 'Moved', { headers: { Contact: two.contact } });
    expect(headers(await caller.response(302), 'Contact')).toEqual([two.contact]);
  });

  it('is followed when the application says so, with the new address as Request-URI', async () => {
    const { result } = await proxyTo(network, () => ({ destination: addressOf(one), followRedirects: true }));
    dial(caller);
    const moved = `${one.contact}, ${two.contact.replace('1003', 'elsewhere')}`;
    one.reply(await one.request('INVITE'), 302, 'Moved', { headers: { Contact: moved } });
    const followed = await two.request('INVITE');
    expect(followed.uri).toBe(addressOf(two).replace('1003', 'elsewhere'));
    two.reply(followed, 200, 'OK');
    await caller.response(200);
    expect((await result).responses.map(({ msgs }) => msgs[0]!.status)).toEqual([302, 200]);
  });
});
