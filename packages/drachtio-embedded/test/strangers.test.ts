import { ManualClock } from '@ringback/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { heardOf, PublicServer, STRANGERS } from './public-server.ts';

let server: PublicServer;
afterEach(() => server.close());

describe('too much from one address', () => {
  it('is dropped, and others are served', async () => {
    server = await PublicServer.start({
      guard: { ...STRANGERS, rate: { perSecond: 1, burst: 10 } },
      clock: new ManualClock(),
    });
    const flooder = await server.phoneAt('127.0.0.2');
    for (let index = 0; index < 50; index++) flooder.call('OPTIONS', 'sip:ringback.local');
    for (let index = 0; index < 10; index++) await flooder.response(200);
    await server.settled();
    expect(heardOf(flooder)).toBe(10);
    expect(server.stats().refused.rate).toBe(40);
  });

  it('ends a stream, which cannot lose a message and go on', async () => {
    server = await PublicServer.start({
      guard: { ...STRANGERS, rate: { perSecond: 1, burst: 1 } },
      clock: new ManualClock(),
    });
    const phone = await server.network.phone('1001', 'tcp', { localHost: '127.0.0.2' });
    phone.call('OPTIONS', 'sip:ringback.local');
    await phone.response(200);
    phone.call('OPTIONS', 'sip:ringback.local');
    await expect.poll(() => server.stats().connections).toBe(0);
  });

  it('of connections is refused, until one of them closes', async () => {
    server = await PublicServer.start({ guard: { ...STRANGERS, connectionsPerAddress: 3 } });
    const peers = [await server.stranger('tcp'), await server.stranger('ws'), await server.stranger('tcp')];
    const tooMany = [await server.stranger('tcp'), await server.stranger('ws')];
    await expect.poll(() => tooMany.every((peer) => peer.closed)).toBe(true);
    expect(server.stats().refused.connections).toBe(2);
    expect(peers.some((peer) => peer.closed)).toBe(false);
    await server.network.phone('friend', 'tcp');
    peers[0]!.close();
    await expect.poll(() => server.stats().connections).toBe(3);
    expect((await server.stranger('tcp')).closed).toBe(false);
  });
});

describe('a ban', () => {
  it.each(['udp', 'tcp', 'ws'] as const)('comes of many malformed messages over %s', async (transport) => {
    server = await PublicServer.start({ guard: { ...STRANGERS, ban: { strikes: 5 } } });
    for (let index = 0; index < 5; index++) {
      const peer = await server.stranger(transport);
      peer.send(Buffer.from('OPTIONS sip:<> SIP/2.0\r\nVia: SIP/2.0/UDP x\r\nContent-Length: 0\r\n\r\n'));
      await peer.hear('SIP/2.0 400');
    }
    await expect.poll(() => server.stats().banned).toBe(1);
    const phone = await server.phoneAt('127.0.0.2');
    phone.call('OPTIONS', 'sip:ringback.local');
    await server.settled();
    expect(heardOf(phone)).toBe(0);
    expect(server.stats().refused).toMatchObject({ malformed: 5, banned: 1 });
    const connection = await server.stranger('tcp');
    await expect.poll(() => connection.closed).toBe(true);
  });

  it('comes of guessing passwords, and not while the right one is shown between', async () => {
    const clock = new ManualClock();
    server = await PublicServer.start({ guard: { ...STRANGERS, ban: { strikes: 4, forSec: 100 } }, clock });
    const office = await server.phoneAt('127.0.0.3', 'guesser');
    const guesser = await server.phoneAt('127.0.0.2', 'guesser');
    for (let index = 0; index < 4; index++) {
      office.call('REGISTER', 'sip:ringback.local');
      await office.response(401);
      office.call('REGISTER', 'sip:ringback.local', {
        headers: { Authorization: 'Digest username="1001"' },
      });
      await office.response(200);
      guesser.call('REGISTER', 'sip:ringback.local');
      await guesser.response(401);
    }
    expect(server.stats().banned).toBe(1);
    guesser.call('REGISTER', 'sip:ringback.local');
    await server.settled();
    expect(guesser.unread()).toEqual([]);
    clock.advance(100_000);
    guesser.call('REGISTER', 'sip:ringback.local');
    await guesser.response(401);
  });

  it('does not come of nonces that are too old', async () => {
    server = await PublicServer.start({ guard: { ...STRANGERS, ban: { strikes: 2 } } });
    const phone = await server.phoneAt('127.0.0.2', 'stale');
    for (let index = 0; index < 5; index++) {
      phone.call('REGISTER', 'sip:ringback.local');
      await phone.response(401);
    }
    expect(server.stats().banned).toBe(0);
  });
});

describe('a scanner, by its User-Agent, From or To', () => {
  const spammers = { headers: { 'user-agent': ['friendly-scanner'], from: ['sipvicious'], to: ['00441'] } };
  const signs = [
    { 'User-Agent': 'friendly-scanner/1.0' },
    { From: '"x" <sip:sipvicious@1.1.1.1>;tag=1' },
    { To: '<sip:9004412345@x>' },
  ];

  it('hears nothing', async () => {
    server = await PublicServer.start({ guard: { spammers } });
    const phone = await server.network.phone('1001');
    for (const headers of signs) phone.call('OPTIONS', 'sip:ringback.local', { headers });
    await server.settled();
    expect(heardOf(phone)).toBe(0);
    expect(server.stats().refused.spammer).toBe(3);
  });

  it('gets 603 when it is to be rejected, on streams alone if so wished', async () => {
    server = await PublicServer.start({ guard: { spammers: { ...spammers, tcpAction: 'reject' } } });
    const phone = await server.network.phone('1001', 'tcp');
    for (const headers of signs) {
      phone.call('OPTIONS', 'sip:ringback.local', { headers });
      await phone.response(603);
    }
    const datagrams = await server.network.phone('1002');
    datagrams.call('OPTIONS', 'sip:ringback.local', { headers: signs[0]! });
    await server.settled();
    expect(heardOf(datagrams)).toBe(0);
  });

  it('that registers to a bare address gets 403 when that is wished', async () => {
    server = await PublicServer.start({ guard: { rejectRegisterWithNoRealm: true } });
    const phone = await server.network.phone('1001');
    phone.call('REGISTER', 'sip:192.0.2.7');
    await phone.response(403);
    phone.call('REGISTER', 'sip:ringback.local');
    await phone.response(200);
    expect(server.stats().refused['no-realm']).toBe(1);
  });
});
