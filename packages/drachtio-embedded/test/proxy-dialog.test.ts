import { header, headers, parseNameAddr, prependHeader, type SipMessage, withHeader } from '@ringback/sip';
import type { PhoneProtocol, SipPhone } from '@ringback/testing';
import type Srf from 'drachtio-srf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Network, SDP } from './network.ts';
import { addressOf, connect, dial, finals, proxyTo, routeOfCallee, routeOfCaller } from './proxying.ts';

let network: Network;
beforeEach(async () => {
  network = await Network.start();
});
afterEach(() => network.close());
const methods = (phone: SipPhone) =>
  phone.log.flatMap((message) => (message.kind === 'request' ? message.method : []));

const hostsOf = (message: SipMessage) =>
  headers(message, 'Record-Route').map((value) => parseNameAddr(value)!.uri.replace(/^sips?:[^@]*@/, ''));

describe.each<[PhoneProtocol, PhoneProtocol]>([
  ['udp', 'udp'],
  ['tcp', 'tcp'],
  ['udp', 'tcp'],
  ['udp', 'ws'],
  ['ws', 'udp'],
  ['ws', 'ws'],
])('a call from %s to %s with Record-Route', (from, to) => {
  it('goes through us in both directions, and the application sees nothing of it', async () => {
    const caller = await network.phone('1001', from);
    const callee = await network.phone('1002', to);
    const seen: string[] = [];
    await network.application((srf) => {
      srf.register((_req, res) => res.send(200, { headers: { Expires: '60' } }));
      srf.invite((req) => void req.proxy({ destination: addressOf(callee), recordRoute: true }));
      for (const method of ['info', 'bye', 'ack']) srf.use(method, (req) => seen.push(req.method));
    });
    // Who cannot be connected to is called over the connection it registered on.
    if (to !== 'udp') {
      callee.call('REGISTER', 'sip:ringback.local');
      await callee.response(200, 'REGISTER');
    }
    const { invite, ok, forwarded, answer } = await connect(caller, callee);
    const info = caller.inDialog('INFO', invite, ok, routeOfCaller(ok));
    const passed = await callee.request('INFO');
    expect(passed.uri).toBe(addressOf(callee));
    expect(header(passed, 'Max-Forwards')).toBe('69');
    callee.reply(passed, 200, 'OK');
    expect(header(await caller.response(200, 'INFO'), 'CSeq')).toBe(header(info, 'CSeq'));

    callee.inAnsweredDialog('INVITE', forwarded, answer, { ...routeOfCallee(forwarded), body: SDP });
    const reinvite = await caller.request('INVITE');
    expect(reinvite.uri).toBe(addressOf(caller));
    caller.reply(reinvite, 200, 'OK', { body: SDP });
    await callee.response(100, 'INVITE');
    await callee.response(200, 'INVITE');

    callee.inAnsweredDialog('BYE', forwarded, answer, routeOfCallee(forwarded));
    caller.reply(await caller.request('BYE'), 200, 'OK');
    await callee.response(200, 'BYE');
    expect(seen).toEqual([]);
    expect(network.server.stats().dialogs).toBe(0);
  });
});

describe('Record-Route', () => {
  it('is one value between phones that see the same address of ours, and two between others', async () => {
    const caller = await network.phone('1001');
    const udp = await network.phone('1002');
    const tcp = await network.phone('1003', 'tcp');
    const targets = [addressOf(udp), addressOf(tcp)];
    await network.application((srf) => {
      srf.register((_req, res) => res.send(200, { headers: { Expires: '60' } }));
      srf.invite((req) => void req.proxy({ destination: targets.shift()!, recordRoute: true }));
    });
    tcp.call('REGISTER', 'sip:ringback.local');
    await tcp.response(200, 'REGISTER');
    const port = network.port('udp');
    dial(caller);
    expect(hostsOf(await udp.request('INVITE'))).toEqual([`127.0.0.1:${port};lr`]);
    dial(caller);
    expect(hostsOf(await tcp.request('INVITE'))).toEqual([
      `127.0.0.1:${port};transport=tcp;lr`,
      `127.0.0.1:${port};lr`,
    ]);
  });

  it('leads back to a caller whose Contact cannot be reached', async () => {
    const caller = await network.phone('1001');
    const callee = await network.phone('1002');
    await proxyTo(network, () => ({ destination: addressOf(callee), recordRoute: true }));
    const contact = { Contact: '<sip:1001@192.0.2.1:5060>' };
    caller.call('INVITE', 'sip:1002@ringback.local', { body: SDP, headers: contact });
    const forwarded = await callee.request('INVITE');
    const answer = callee.reply(forwarded, 200, 'OK', { body: SDP });
    await caller.response(200);
    callee.inAnsweredDialog('BYE', forwarded, answer, routeOfCallee(forwarded));
    expect((await caller.request('BYE')).uri).toBe('sip:1001@192.0.2.1:5060');
  });

  it('is understood when a strict router made it the Request-URI', async () => {
    const caller = await network.phone('1001');
    const callee = await network.phone('1002');
    await proxyTo(network, () => ({ destination: addressOf(callee), recordRoute: true }));
    const { invite, ok } = await connect(caller, callee);
    const route = parseNameAddr(header(ok, 'Record-Route')!)!.uri;
    const bye = caller.build('BYE', route, {
      headers: {
        From: header(invite, 'From')!,
        To: header(ok, 'To')!,
        'Call-ID': header(invite, 'Call-ID')!,
        CSeq: '99 BYE',
        Route: callee.contact,
      },
    });
    caller.send(bye);
    const passed = await callee.request('BYE');
    expect(passed.uri).toBe(addressOf(callee));
    expect(header(passed, 'Route')).toBeUndefined();
  });

  it('is Path for a registration', async () => {
    const phone = await network.phone('1001');
    const registrar = await network.phone('registrar');
    await proxyTo(network, () => ({ destination: addressOf(registrar), recordRoute: true }));
    phone.call('REGISTER', 'sip:ringback.local');
    const register = await registrar.request('REGISTER');
    expect(header(register, 'Record-Route')).toBeUndefined();
    expect(header(register, 'Path')).toMatch(new RegExp(`^<sip:[^@]+@127.0.0.1:${network.port('udp')};lr>$`));
    expect(header(register, 'Require')).toBe('path');
  });

  it('keeps the connection of a proxied call open, however long nothing is said', async () => {
    await network.close();
    network = await Network.start({ limits: { idleMs: 60 }, timing: { t1: 5 } });
    const caller = await network.phone('1001', 'ws');
    const callee = await network.phone('1002');
    await proxyTo(network, () => ({ destination: addressOf(callee), recordRoute: true }));
    const { forwarded, answer } = await connect(caller, callee);
    await network.phone('1003', 'ws');
    await expect.poll(() => network.server.stats().connections).toBe(2);
    await expect.poll(() => network.server.stats().serverTransactions).toBe(0);
    await expect.poll(() => network.server.stats().connections).toBe(1);
    callee.inAnsweredDialog('BYE', forwarded, answer, routeOfCallee(forwarded));
    caller.reply(await caller.request('BYE'), 200, 'OK');
    await callee.response(200, 'BYE');
    await expect.poll(() => network.server.stats().connections).toBe(0);
  });
});

describe('what we did not proxy', () => {
  let caller: SipPhone;
  let callee: SipPhone;
  let srf: Srf;
  beforeEach(async () => {
    caller = await network.phone('1001');
    callee = await network.phone('1002');
    srf = await network.application();
  });

  it('is not relayed, whatever Route it claims to have from us', async () => {
    const own = `127.0.0.1:${network.port('udp')}`;
    const dialog = { To: '<sip:1002@ringback.local>;tag=x' };
    for (const Route of [`<sip:${own};lr>`, `<sip:AAAAAAAAAAAAAAAA@${own};lr>`, '<sip:192.0.2.1;lr>'])
      for (const method of ['BYE', 'INFO', 'INVITE', 'ACK']) {
        caller.call(method, addressOf(callee), { headers: { ...dialog, Route } });
        if (method !== 'ACK') await caller.response(481, method);
      }
    expect(callee.log).toEqual([]);
    expect(srf.app.client.idle).toBe(true);
  });

  it('is not relayed with the Route of another call', async () => {
    await proxyTo(network, () => ({ destination: addressOf(callee), recordRoute: true }));
    const { ok } = await connect(caller, callee);
    const { Route } = routeOfCaller(ok).headers;
    caller.call('BYE', addressOf(callee), { headers: { To: '<sip:1002@ringback.local>;tag=x', Route } });
    await caller.response(481, 'BYE');
    expect(methods(callee)).toEqual(['INVITE', 'ACK']);
  });

  it('is no answer to pass on, nor is one that has lost the way back', async () => {
    await proxyTo(network, () => ({ destination: addressOf(callee) }));
    dial(caller);
    const forwarded = await callee.request('INVITE');
    const [own = '', back = ''] = headers(forwarded, 'Via');
    const ofNobody = own.replace('branch=z9hG4bK', 'branch=z9hG4bKx');
    callee.reply(prependHeader(withHeader(forwarded, 'Via', back), 'Via', ofNobody), 200, 'OK');
    callee.reply(withHeader(forwarded, 'Via', own), 200, 'OK');
    await caller.response(500);
    expect(finals(caller)).toEqual([500]);
  });
});

describe('a request that comes back', () => {
  it('as it was is in a loop; with another address it is proxied again', async () => {
    const caller = await network.phone('1001');
    const other = await network.phone('1002');
    await proxyTo(network, () => ({ destination: addressOf(other) }));
    dial(caller);
    const first = await other.request('INVITE');
    other.send(prependHeader(first, 'Via', other.via()));
    await other.response(482);
    other.send({ ...prependHeader(first, 'Via', other.via()), uri: 'sip:1003@ringback.local' });
    expect((await other.request('INVITE')).uri).toBe('sip:1003@ringback.local');
  });

  it('without hops left is not forwarded', async () => {
    const caller = await network.phone('1001');
    const { result } = await proxyTo(network, () => ({ destination: 'sip:127.0.0.1:9' }));
    caller.call('OPTIONS', 'sip:1002@ringback.local', { headers: { 'Max-Forwards': '0' } });
    await caller.response(483);
    await expect(result).rejects.toMatch(/483 Too Many Hops/);
  });
});
