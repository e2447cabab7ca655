import { connect, type Socket } from 'node:net';
import { header, parseNameAddr, serializeMessage, withHeader } from '@ringback/sip';
import { ManualClock, type SipPhone } from '@ringback/testing';
import { afterEach, describe, expect, it } from 'vitest';
import type { DrachtioOptions } from '../src/index.ts';
import { deferred, Network, SDP } from './network.ts';
import { type RawPeer, rawPeer } from './raw-peer.ts';

let network: Network;
const open: { close(): void }[] = [];
afterEach(async () => {
  for (const peer of open.splice(0)) peer.close();
  await network.close();
});

async function start(options: Partial<DrachtioOptions> = {}): Promise<void> {
  network = await Network.start(options);
  await network.application((srf) => {
    srf.options((_req, res) => res.send(200));
    srf.register((req, res) => {
      const user = /sip:(\w+)@/.exec(req.get('from'))?.[1];
      if (user === 'guesser' && !req.has('authorization'))
        res.send(401, { headers: { 'WWW-Authenticate': 'Digest realm="x", nonce="y"' } });
      else if (user === 'stale')
        res.send(401, { headers: { 'WWW-Authenticate': 'Digest realm="x", nonce="y", stale=true' } });
      else res.send(200, { headers: { Contact: req.get('contact') } });
    });
    srf.invite((req, res) => void srf.createUAS(req, res, { localSdp: req.body }).catch(() => undefined));
  });
}

/** Strangers of these tests live at 127.0.0.2 and up; 127.0.0.1 stays exempt. */
const STRANGERS = { guardThisMachine: true, exempt: ['127.0.0.1'] };

async function stranger(transport: 'udp' | 'tcp' | 'ws' = 'udp', from = '127.0.0.2'): Promise<RawPeer> {
  const peer = await rawPeer(transport, network.port(transport), from);
  open.push(peer);
  return peer;
}

async function phoneAt(localHost: string, user = '1001'): Promise<SipPhone> {
  return network.phone(user, 'udp', { localHost });
}

const heardOf = (phone: SipPhone) => phone.log.length;
const refused = () => network.server.stats().refused;

/** What the stranger sent before this was handled: it has no answer of its own, this has one. */
async function settled(): Promise<void> {
  const friend = await network.phone('friend');
  friend.call('OPTIONS', 'sip:ringback.local');
  await friend.response(200, 'OPTIONS');
}

describe('too much from one address', () => {
  it('is dropped, and others are served', async () => {
    await start({ guard: { ...STRANGERS, rate: { perSecond: 1, burst: 10 } }, clock: new ManualClock() });
    const flooder = await phoneAt('127.0.0.2');
    for (let index = 0; index < 50; index++) flooder.call('OPTIONS', 'sip:ringback.local');
    for (let index = 0; index < 10; index++) await flooder.response(200);
    await settled();
    expect(heardOf(flooder)).toBe(10);
    expect(refused().rate).toBe(40);
  });

  it('ends a stream, which cannot lose a message and go on', async () => {
    await start({ guard: { ...STRANGERS, rate: { perSecond: 1, burst: 1 } }, clock: new ManualClock() });
    const phone = await network.phone('1001', 'tcp', { localHost: '127.0.0.2' });
    phone.call('OPTIONS', 'sip:ringback.local');
    await phone.response(200);
    phone.call('OPTIONS', 'sip:ringback.local');
    await expect.poll(() => network.server.stats().connections).toBe(0);
  });

  it('of connections is refused, until one of them closes', async () => {
    await start({ guard: { ...STRANGERS, connectionsPerAddress: 3 } });
    const peers = [await stranger('tcp'), await stranger('ws'), await stranger('tcp')];
    const tooMany = [await stranger('tcp'), await stranger('ws')];
    await expect.poll(() => tooMany.every((peer) => peer.closed)).toBe(true);
    expect(refused().connections).toBe(2);
    expect(peers.some((peer) => peer.closed)).toBe(false);
    await network.phone('friend', 'tcp');
    peers[0]!.close();
    await expect.poll(() => network.server.stats().connections).toBe(3);
    expect((await stranger('tcp')).closed).toBe(false);
  });
});

describe('a ban', () => {
  it.each(['udp', 'tcp', 'ws'] as const)('comes of many malformed messages over %s', async (transport) => {
    await start({ guard: { ...STRANGERS, ban: { strikes: 5 } } });
    for (let index = 0; index < 5; index++) {
      const peer = await stranger(transport);
      peer.send(Buffer.from('OPTIONS sip:<> SIP/2.0\r\nVia: SIP/2.0/UDP x\r\nContent-Length: 0\r\n\r\n'));
      await peer.hear('SIP/2.0 400');
    }
    await expect.poll(() => network.server.stats().banned).toBe(1);
    const phone = await phoneAt('127.0.0.2');
    phone.call('OPTIONS', 'sip:ringback.local');
    await settled();
    expect(heardOf(phone)).toBe(0);
    expect(refused()).toMatchObject({ malformed: 5, banned: 1 });
    const connection = await stranger('tcp');
    await expect.poll(() => connection.closed).toBe(true);
  });

  it('comes of guessing passwords, and not while the right one is shown between', async () => {
    const clock = new ManualClock();
    await start({ guard: { ...STRANGERS, ban: { strikes: 4, forSec: 100 } }, clock });
    const office = await phoneAt('127.0.0.3', 'guesser');
    const guesser = await phoneAt('127.0.0.2', 'guesser');
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
    expect(network.server.stats().banned).toBe(1);
    guesser.call('REGISTER', 'sip:ringback.local');
    await settled();
    expect(guesser.unread()).toEqual([]);
    clock.advance(100_000);
    guesser.call('REGISTER', 'sip:ringback.local');
    await guesser.response(401);
  });

  it('does not come of nonces that are too old', async () => {
    await start({ guard: { ...STRANGERS, ban: { strikes: 2 } } });
    const phone = await phoneAt('127.0.0.2', 'stale');
    for (let index = 0; index < 5; index++) {
      phone.call('REGISTER', 'sip:ringback.local');
      await phone.response(401);
    }
    expect(network.server.stats().banned).toBe(0);
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
    await start({ guard: { spammers } });
    const phone = await network.phone('1001');
    for (const headers of signs) phone.call('OPTIONS', 'sip:ringback.local', { headers });
    await settled();
    expect(heardOf(phone)).toBe(0);
    expect(refused().spammer).toBe(3);
  });

  it('gets 603 when it is to be rejected, on streams alone if so wished', async () => {
    await start({ guard: { spammers: { ...spammers, tcpAction: 'reject' } } });
    const phone = await network.phone('1001', 'tcp');
    for (const headers of signs) {
      phone.call('OPTIONS', 'sip:ringback.local', { headers });
      await phone.response(603);
    }
    const datagrams = await network.phone('1002');
    datagrams.call('OPTIONS', 'sip:ringback.local', { headers: signs[0]! });
    await settled();
    expect(heardOf(datagrams)).toBe(0);
  });

  it('that registers to a bare address gets 403 when that is wished', async () => {
    await start({ guard: { rejectRegisterWithNoRealm: true } });
    const phone = await network.phone('1001');
    phone.call('REGISTER', 'sip:192.0.2.7');
    await phone.response(403);
    phone.call('REGISTER', 'sip:ringback.local');
    await phone.response(200);
    expect(refused()['no-realm']).toBe(1);
  });
});

describe('a registration', () => {
  const uriOf = (contact: string) => parseNameAddr(contact)!.uri;
  async function registered(user: string, contact?: string): Promise<SipPhone> {
    const phone = await network.phone(user, 'ws');
    phone.call('REGISTER', 'sip:ringback.local', {
      headers: { To: `<${phone.aor}>`, Contact: contact ?? phone.contact },
    });
    await phone.response(200, 'REGISTER');
    return phone;
  }
  async function called(uri: string): Promise<void> {
    const srf = await network.application();
    srf.createUAC(uri, { localSdp: SDP }).catch(() => undefined);
  }

  it('of somebody else’s contact does not take his calls', async () => {
    await start();
    const victim = await registered('1001');
    const thief = await registered('1002', victim.contact);
    await called(uriOf(victim.contact));
    victim.reply(await victim.request('INVITE'), 486, 'Busy Here');
    await victim.request('ACK');
    expect(thief.unread()).toEqual([]);
    expect(refused().binding).toBe(1);
    const again = await registered('1001', victim.contact);
    await called(uriOf(victim.contact));
    again.reply(await again.request('INVITE'), 486, 'Busy Here');
    await again.request('ACK');
  });

  it('at our own address, or at a carrier’s, draws nobody’s calls', async () => {
    await start();
    const own = `127.0.0.1:${network.port('udp')}`;
    await registered('1001', `<sip:1001@${own}>`);
    await registered('1001', '<sip:+49301234@trunk.example.com>');
    await registered('1001', '<sip:+49301234@198.51.100.1>');
    expect(network.server.stats().bindings).toBe(0);
    expect(refused().binding).toBe(3);
  });

  it('with 100 contacts keeps as many as one connection may', async () => {
    await start({ limits: { bindingsOfFlow: 10 } });
    const contacts = Array.from({ length: 100 }, (_, index) => `<sip:u${index}@x.invalid>`).join(', ');
    await registered('1001', contacts);
    expect(network.server.stats().bindings).toBe(10);
    expect(refused().binding).toBe(90);
  });

  it('with thousands of contacts gets 400', async () => {
    await start();
    const phone = await network.phone('1001', 'tcp');
    const contacts = Array.from({ length: 2000 }, (_, index) => `<sip:u${index}@x.invalid>`).join(', ');
    phone.call('REGISTER', 'sip:ringback.local', { headers: { Contact: contacts } });
    await phone.response(400);
    expect(network.server.stats().bindings).toBe(0);
  });
});

describe('what is refused', () => {
  it('leaves nothing behind, and its answer is sent once', async () => {
    await start({ timing: { t1: 5, t2: 10 } });
    const phone = await network.phone('1001');
    phone.call('INVITE', 'sip:ringback.local', { headers: { Require: 'teleportation' } });
    phone.call('INVITE', 'sip:ringback.local', { headers: { To: '<sip:a@b>;tag=made-up' } });
    phone.call('SUBSCRIBE', 'sip:ringback.local');
    phone.call('DANCE', 'sip:ringback.local');
    for (const status of [420, 481, 503, 501]) await phone.response(status);
    expect(network.server.stats().serverTransactions).toBe(0);
    await settled();
    expect(phone.log).toHaveLength(4);
  });

  it('gets the same answer again when it comes again (RFC 3261 8.2.7)', async () => {
    await start();
    const phone = await network.phone('1001');
    const request = phone.call('DANCE', 'sip:ringback.local');
    const first = await phone.response(501);
    phone.send(request);
    expect(await phone.response(501)).toEqual(first);
  });

  it('is answered with hardly more bytes than it had', async () => {
    await start();
    const peer = await stranger();
    const requests = [
      'INVITE sip:a@b SIP/2.0\r\nv:SIP/2.0/UDP h;branch=z9hG4bK1\r\nf:<sip:a@b>;tag=1\r\nt:<sip:a@b>\r\ni:1\r\nCSeq:1 INVITE\r\n\r\n',
      'A a:b SIP/2.0\r\nv:SIP/2.0/UDP h\r\n\r\n',
      `OPTIONS sip:a@b SIP/2.0\r\nv:SIP/2.0/UDP h;branch=z9hG4bK2\r\nf:<sip:a@b>;tag=1\r\nt:<sip:a@b>\r\ni:1\r\nCSeq:1 OPTIONS\r\nRequire:${'a,'.repeat(500)}b\r\n\r\n`,
    ];
    for (const request of requests) {
      peer.heard.length = 0;
      peer.send(Buffer.from(request));
      const answer = await peer.hear('SIP/2.0 4');
      expect(answer.length).toBeLessThan(1.5 * request.length + 200);
      expect(peer.heard).toHaveLength(1);
    }
  });
});

describe('a 401 to an INVITE', () => {
  it('is not sent again by itself, so that nobody can be flooded through us (RFC 3261 26.3.2.4)', async () => {
    const clock = new ManualClock();
    network = await Network.start({ clock });
    await network.application((srf) =>
      srf.invite((_req, res) =>
        res.send(407, { headers: { 'Proxy-Authenticate': 'Digest realm="x", nonce="y"' } }),
      ),
    );
    const phone = await network.phone('1001');
    const invite = phone.call('INVITE', 'sip:ringback.local', { body: SDP });
    await phone.response(407);
    clock.advance(31_000);
    await settled503();
    expect(phone.log.map((message) => message.kind === 'response' && message.status)).toEqual([100, 407]);
    phone.send(invite);
    await phone.response(407);
  });

  async function settled503(): Promise<void> {
    const friend = await network.phone('friend');
    friend.call('OPTIONS', 'sip:ringback.local');
    await friend.response(503, 'OPTIONS');
  }
});

describe('half a message', () => {
  const beginnings = {
    'the first byte': 'I',
    'an endless header': `INVITE sip:a@b SIP/2.0\r\nX: ${'x'.repeat(1000)}`,
    'a body that never comes':
      'INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP h\r\nContent-Length: 1000\r\n\r\nv=0',
  };
  it.each(Object.entries(beginnings))('%s: the connection is closed in 30 s', async (_what, text) => {
    const clock = new ManualClock();
    await start({ clock });
    const peer = await stranger('tcp');
    await expect.poll(() => network.server.stats().connections).toBe(1);
    peer.send(Buffer.from(text));
    await settled();
    clock.advance(30_000);
    await expect.poll(() => peer.closed).toBe(true);
    expect(network.server.stats().connections).toBe(0);
  });

  it('of a megabyte of headers is given up at 64 KB', async () => {
    await start();
    const peer = await stranger('tcp');
    peer.send(Buffer.from('OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bK1\r\n'));
    for (let index = 0; index < 64; index++) peer.send(Buffer.from(`X: ${'x'.repeat(16_000)}\r\n`));
    await expect.poll(() => peer.closed).toBe(true);
    await expect.poll(() => network.server.stats().connections).toBe(0);
  });

  it('of a megabyte in a WebSocket is not taken', async () => {
    await start();
    const peer = await stranger('ws');
    peer.send(Buffer.alloc(1_000_000, 'x'));
    await expect.poll(() => peer.closed).toBe(true);
  });
});

describe('what stands in a message', () => {
  it('with Content-Length lies cannot hide a second request', async () => {
    await start();
    const phone = await network.phone('1001', 'tcp');
    const hidden = serializeMessage(phone.build('OPTIONS', 'sip:ringback.local'));
    for (const lie of [
      'Content-Length: 0\r\nl: 500',
      'Content-Length: 0, 500',
      'Content-Length: +5',
      'l: 0x5',
    ]) {
      const peer = await stranger('tcp');
      const text = Buffer.from(serializeMessage(phone.build('OPTIONS', 'sip:ringback.local'))).toString();
      peer.send(Buffer.concat([Buffer.from(text.replace('Content-Length: 0', lie)), hidden]));
      await expect.poll(() => peer.closed).toBe(true);
      expect(peer.heard.map((heard) => heard.slice(0, 11))).toEqual(['SIP/2.0 400']);
    }
  });

  it('control characters and NUL reach the application as text', async () => {
    const subject = deferred<string>();
    network = await Network.start();
    await network.application((srf) =>
      srf.use('message', (req, res) => {
        subject.resolve(req.get('subject'));
        res.send(200);
      }),
    );
    await network.application((srf) =>
      srf.message((req, res) => {
        subject.resolve(req.get('subject'));
        res.send(200);
      }),
    );
    const phone = await network.phone('1001');
    phone.call('MESSAGE', 'sip:ringback.local', { headers: { Subject: 'a\0b\x07c\x1bd' } });
    await phone.response(200);
    expect(await subject.promise).toBe('a\0b\x07c\x1bd');
  });
});

describe('a header that an application sets', () => {
  it('never makes headers of the server’s own business, nor a second message', async () => {
    network = await Network.start();
    const srf = await network.application();
    const phone = await network.phone('1001');
    const name =
      'x\r\nVia: SIP/2.0/UDP evil\r\nRoute: <sip:evil;lr>\r\nRecord-Route: <sip:evil>\r\nContent-Length: 99';
    srf
      .request(phone.contact.slice(1, -1), {
        method: 'MESSAGE',
        headers: { Subject: name, 'Content-Type': 'text/plain' },
        body: 'hi',
      })
      .catch(() => undefined);
    const message = await phone.request('MESSAGE');
    expect(message.headers.filter(({ value }) => value.includes('evil'))).toEqual([]);
    expect(header(message, 'Content-Length')).toBe('2');
    expect(Buffer.from(message.body).toString()).toBe('hi');
  });

  it.each(['\n', '\r', '\n\n', '\r\r'])('with %j in it stays one header', async (lineEnd) => {
    network = await Network.start();
    const srf = await network.application();
    const phone = await network.phone('1001');
    srf
      .request(phone.contact.slice(1, -1), {
        method: 'OPTIONS',
        headers: { Subject: `a${lineEnd}X-Evil: b` },
      })
      .catch(() => undefined);
    const request = await phone.request('OPTIONS');
    expect(header(request, 'Subject')).toContain('a');
    expect(request.headers.filter(({ name }) => name.includes('Evil'))).toEqual([]);
  });
});

describe('reflection', () => {
  it('nothing is sent where a Via, a Contact or a Route says, for a request that is refused', async () => {
    await start();
    const victim = await network.phone('victim');
    const { port } = victim.transport.local;
    const phone = await network.phone('1001');
    const there = `<sip:127.0.0.1:${port};lr>`;
    const request = phone.build('BYE', `sip:x@127.0.0.1:${port}`, {
      headers: { Contact: there, Route: there, 'Record-Route': there },
    });
    phone.send(withHeader(request, 'Via', `SIP/2.0/UDP 127.0.0.1:${port};maddr=127.0.0.1;branch=z9hG4bKr1`));
    await phone.response(481);
    await settled();
    expect(heardOf(victim)).toBe(0);
  });

  it.each(['255.255.255.255', '224.0.0.1', '239.255.255.250', '0.0.0.0', '[ff02::1]', '127.0.0.1:0'])(
    'no request goes to %s',
    async (host) => {
      network = await Network.start();
      const srf = await network.application();
      const refusal = srf.createUAC(`sip:x@${host}`, { localSdp: SDP });
      await expect(refusal).rejects.toThrow(/503|not available|invalid/);
    },
  );
});

describe('sockets that say nothing', () => {
  it('in thousands leave room for those that do, and are closed in 30 s', async () => {
    const clock = new ManualClock();
    await start({ clock });
    const sockets: Socket[] = [];
    const count = 1000;
    for (let index = 0; index < count; index++) {
      const socket = connect({ port: network.port('tcp'), host: '127.0.0.1', localAddress: '127.0.0.1' });
      socket.on('error', () => socket.destroy());
      sockets.push(socket);
      open.push({ close: () => socket.destroy() });
    }
    await expect.poll(() => network.server.stats().connections, { timeout: 10_000 }).toBe(count);
    await settled();
    clock.advance(30_000);
    await expect.poll(() => network.server.stats().connections, { timeout: 10_000 }).toBe(0);
    await expect.poll(() => sockets.every((socket) => socket.destroyed), { timeout: 10_000 }).toBe(true);
  });
});
