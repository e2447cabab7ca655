import { withHeader } from '@ringback/sip';
import { ManualClock } from '@ringback/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { SDP } from './network.ts';
import { heardOf, PublicServer } from './public-server.ts';

let server: PublicServer;
afterEach(() => server.close());

describe('what is refused', () => {
  it('leaves nothing behind, and its answer is sent once', async () => {
    server = await PublicServer.start({ timing: { t1: 5, t2: 10 } });
    const phone = await server.network.phone('1001');
    phone.call('INVITE', 'sip:ringback.local', { headers: { Require: 'teleportation' } });
    phone.call('INVITE', 'sip:ringback.local', { headers: { To: '<sip:a@b>;tag=made-up' } });
    phone.call('SUBSCRIBE', 'sip:ringback.local');
    phone.call('DANCE', 'sip:ringback.local');
    for (const status of [420, 481, 503, 501]) await phone.response(status);
    expect(server.stats().serverTransactions).toBe(0);
    await server.settled();
    expect(phone.log).toHaveLength(4);
  });

  it('gets the same answer again when it comes again (RFC 3261 8.2.7)', async () => {
    server = await PublicServer.start();
    const phone = await server.network.phone('1001');
    const request = phone.call('DANCE', 'sip:ringback.local');
    const first = await phone.response(501);
    phone.send(request);
    expect(await phone.response(501)).toEqual(first);
  });

  it('is answered with hardly more bytes than it had', async () => {
    server = await PublicServer.start();
    const peer = await server.stranger();
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
    server = await PublicServer.start({ clock }, (srf) =>
      srf.invite((_req, res) =>
        res.send(407, { headers: { 'Proxy-Authenticate': 'Digest realm="x", nonce="y"' } }),
      ),
    );
    const phone = await server.network.phone('1001');
    const invite = phone.call('INVITE', 'sip:ringback.local', { body: SDP });
    await phone.response(407);
    clock.advance(31_000);
    await settled503();
    expect(phone.log.map((message) => message.kind === 'response' && message.status)).toEqual([100, 407]);
    phone.send(invite);
    await phone.response(407);
  });

  async function settled503(): Promise<void> {
    const friend = await server.network.phone('friend');
    friend.call('OPTIONS', 'sip:ringback.local');
    await friend.response(503, 'OPTIONS');
  }
});

describe('reflection', () => {
  it('nothing is sent where a Via, a Contact or a Route says, for a request that is refused', async () => {
    server = await PublicServer.start();
    const victim = await server.network.phone('victim');
    const { port } = victim.transport.local;
    const phone = await server.network.phone('1001');
    const there = `<sip:127.0.0.1:${port};lr>`;
    const request = phone.build('BYE', `sip:x@127.0.0.1:${port}`, {
      headers: { Contact: there, Route: there, 'Record-Route': there },
    });
    phone.send(withHeader(request, 'Via', `SIP/2.0/UDP 127.0.0.1:${port};maddr=127.0.0.1;branch=z9hG4bKr1`));
    await phone.response(481);
    await server.settled();
    expect(heardOf(victim)).toBe(0);
  });

  it.each(['255.255.255.255', '224.0.0.1', '239.255.255.250', '0.0.0.0', '[ff02::1]', '127.0.0.1:0'])(
    'no request goes to %s',
    async (host) => {
      server = await PublicServer.start();
      const refusal = server.application.createUAC(`sip:x@${host}`, { localSdp: SDP });
      await expect(refusal).rejects.toThrow(/503|not available|invalid/);
    },
  );
});
