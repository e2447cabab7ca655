import { header, headers, tagOf } from '@ringback/sip';
import type { SipPhone } from '@ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Network, SDP } from './network.ts';
import { addressOf, dial, proxyTo, routeOfCallee, routeOfCaller } from './proxying.ts';

let network: Network;
let caller: SipPhone;
let one: SipPhone;
beforeEach(async () => {
  network = await Network.start();
  caller = await network.phone('1001');
  one = await network.phone('1002');
});
afterEach(() => network.close());

describe('a proxied call', () => {
  it('is forwarded as it came, with our Via and one hop less, and its answers go back', async () => {
    const { result } = await proxyTo(network, () => ({
      destination: addressOf(one),
      headers: { 'X-Note': 'from the app', subject: 'hi' },
    }));
    const invite = caller.build('INVITE', 'sip:1002@ringback.local', {
      body: SDP,
      headers: {
        Route: `<sip:127.0.0.1:${network.port('udp')};lr>, <sip:elsewhere.example;lr>`,
        'X-Mine': '1',
      },
    });
    caller.send(invite);
    const forwarded = await one.request('INVITE');
    expect(forwarded.uri).toBe('sip:1002@ringback.local');
    expect(headers(forwarded, 'Via')).toHaveLength(2);
    expect(headers(forwarded, 'Via')[0]).toContain(`127.0.0.1:${network.port('udp')}`);
    expect(headers(forwarded, 'Via')[1]).toContain(header(invite, 'Via')!.split(';')[1]);
    expect(header(forwarded, 'Max-Forwards')).toBe('69');
    for (const name of ['From', 'To', 'Call-ID', 'CSeq', 'Contact', 'X-Mine'])
      expect(header(forwarded, name)).toBe(header(invite, name));
    expect(header(forwarded, 'X-Note')).toBe('from the app');
    expect(header(forwarded, 'Subject')).toBe('hi');
    expect(header(forwarded, 'Route')).toBeUndefined();
    expect(header(forwarded, 'Record-Route')).toBeUndefined();
    expect(Buffer.from(forwarded.body).toString()).toBe(SDP);

    one.reply(forwarded, 100, 'Trying');
    one.reply(forwarded, 180, 'Ringing', { tag: 'callee' });
    const ringing = await caller.response(180);
    expect(headers(ringing, 'Via')).toHaveLength(1);
    expect(tagOf(header(ringing, 'To'))).toBe('callee');
    one.reply(forwarded, 200, 'OK', { tag: 'callee', body: SDP });
    const ok = await caller.response(200);
    expect(header(ok, 'Contact')).toBe(one.contact);
    expect(await result).toMatchObject({
      connected: true,
      finalStatus: 200,
      responses: [{ address: '127.0.0.1', port: one.transport.local.port, msgs: [{ status: 200 }] }],
    });
    // The 2xx is repeated until its ACK reaches the callee, which goes there without us.
    one.reply(forwarded, 200, 'OK', { tag: 'callee', body: SDP });
    await caller.response(200);
    caller.ack(invite, ok);
    expect(network.server.stats().dialogs).toBe(0);
  });

  it('to an address of ours gets the address of its target', async () => {
    await proxyTo(network, () => ({ destination: addressOf(one) }));
    caller.call('INVITE', `sip:1002@127.0.0.1:${network.port('udp')}`, { body: SDP });
    expect((await one.request('INVITE')).uri).toBe(addressOf(one));
  });

  it('goes on by itself when the application is gone', async () => {
    const srf = await network.application((app) => {
      app.invite(
        (req) => void req.proxy({ destination: addressOf(one), recordRoute: true }).catch(() => undefined),
      );
    });
    const invite = dial(caller);
    const forwarded = await one.request('INVITE');
    network.stop(srf);
    await expect.poll(() => network.server.stats().applications).toBe(0);
    one.reply(forwarded, 180, 'Ringing');
    await caller.response(180);
    const answer = one.reply(forwarded, 200, 'OK', { body: SDP });
    const ok = await caller.response(200);
    caller.ack(invite, ok, routeOfCaller(ok));
    await one.request('ACK');
    one.inAnsweredDialog('BYE', forwarded, answer, routeOfCallee(forwarded));
    caller.reply(await caller.request('BYE'), 200, 'OK');
    await one.response(200, 'BYE');
  });

  it('is answered 500 when it can go nowhere, and the application is told', async () => {
    const { result } = await proxyTo(network, () => ({
      destination: ['sip:x@nobody.invalid', 'tel:+15551234'],
    }));
    dial(caller);
    await caller.response(500);
    await expect(result).rejects.toMatch(/error proxying request to sip:x@nobody.invalid/);
  });

  it('is answered 408 when its target is silent', async () => {
    await network.close();
    network = await Network.start({ timing: { t1: 5 } });
    caller = await network.phone('1001');
    one = await network.phone('1002');
    await proxyTo(network, () => ({ destination: addressOf(one) }));
    dial(caller);
    await caller.response(408);
    expect(one.log.length).toBeGreaterThan(3);
  });
});
