import { ManualClock, tortureMessages } from '@ringback/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Network } from './network.ts';
import { type RawPeer, type RawTransport, rawPeer } from './raw-peer.ts';

/** Answers that the RFC leaves to whoever is called, and that to a dialog that is not there. */
const OUR_OWN = [0, 200, 481, 486];

/** An application that answers as a B2BUA with no accounts and one codec would. */
async function application(network: Network): Promise<void> {
  await network.application((srf) => {
    srf.invite((req, res) => {
      if (req.has('content-type') && req.get('content-type') !== 'application/sdp') res.send(415);
      else if (req.has('accept') && !req.get('accept').includes('application/sdp')) res.send(406);
      else res.send(486);
    });
    srf.register((req, res) => {
      const foreign = req.has('authorization') && !req.get('authorization').startsWith('Digest');
      if (foreign) res.send(401, { headers: { 'WWW-Authenticate': 'Digest realm="x", nonce="y"' } });
      else res.send(200);
    });
    srf.options((_req, res) => res.send(200));
    srf.message((_req, res) => res.send(415));
  });
}

let pings = 0;
const options = (): Uint8Array => {
  pings += 1;
  return Buffer.from(
    `OPTIONS sip:ping@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKping${pings}\r\nFrom: <sip:ping@x>;tag=1\r\nTo: <sip:ping@x>\r\nCall-ID: ping${pings}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n`,
  );
};

const finals = (peer: RawPeer) =>
  peer.heard
    .filter((text) => text.startsWith('SIP/2.0 ') && !text.includes('Call-ID: ping'))
    .map((text) => Number(text.slice(8, 11)))
    .filter((status) => status >= 200);

/**
 * On a stream, nobody knows where the message behind these begins: 400, and the connection is closed. The REGISTER of
 * dblreq may be answered before that.
 */
const LOSES_THE_FRAME = ['ncl.dat', 'mcl01.dat', 'inv2543.dat', 'dblreq.dat'];
/** These never end: the wait for the rest is limited (RFC 4475 3.1.2.2), whatever is sent behind them. */
const NEVER_ENDS = ['clerr.dat', 'baddn.dat'];

describe.each(['udp', 'ws', 'tcp in pieces of one byte', 'tcp glued to the next message'])(
  'over %s',
  (way) => {
    const transport = way.slice(0, 3).trim() as RawTransport;
    const isStream = transport === 'tcp';
    const clock = new ManualClock(1_700_000_000_000);
    const peers: RawPeer[] = [];
    let network: Network;
    beforeAll(async () => {
      network = await Network.start({ clock });
      await application(network);
    });
    afterEach(() => {
      for (const peer of peers.splice(0)) peer.close();
    });
    afterAll(() => network.close());

    async function open(): Promise<RawPeer> {
      const peer = await rawPeer(transport, network.port(transport));
      peers.push(peer);
      return peer;
    }

    function send(peer: RawPeer, bytes: Uint8Array): void {
      if (way.includes('pieces')) for (const byte of bytes) peer.send(Uint8Array.of(byte));
      else if (way.includes('glued')) peer.send(Buffer.concat([bytes, options()]));
      else peer.send(bytes);
    }

    /** The next OPTIONS is answered, and 40 s later nothing is left but sockets we hold open and what REGISTER granted. */
    async function unharmed(): Promise<void> {
      const peer = await open();
      peer.send(options());
      expect(await peer.hear('SIP/2.0 200')).toContain(`Call-ID: ping${pings}`);
      clock.advance(40_000);
      const { serverTransactions, clientTransactions, dialogs } = network.server.stats();
      expect({ serverTransactions, clientTransactions, dialogs }).toEqual({
        serverTransactions: 0,
        clientTransactions: 0,
        dialogs: 0,
      });
    }

    async function nothingLeft(): Promise<void> {
      for (const peer of peers) peer.close();
      await expect.poll(() => network.server.stats().connections).toBe(0);
      clock.advance(3_600_000);
      expect(network.server.stats().bindings).toBe(0);
      expect(clock.pendingTimers).toBe(0);
    }

    it.each(tortureMessages)('$name: $expected', async ({ name, bytes, expected, answer }) => {
      const peer = await open();
      send(peer, bytes);
      if (isStream && NEVER_ENDS.includes(name)) {
        await unharmed();
        await expect.poll(() => peer.closed).toBe(true);
        await nothingLeft();
        return;
      }
      const status = isStream && LOSES_THE_FRAME.includes(name) ? 400 : answer;
      if (!OUR_OWN.includes(answer)) expect(expected).toContain(String(answer));
      if (status > 0) await peer.hear(`SIP/2.0 ${status}`);
      if (isStream && LOSES_THE_FRAME.includes(name)) await expect.poll(() => peer.closed).toBe(true);
      await unharmed();
      const granted = isStream && name === 'dblreq.dat' ? 200 : 0;
      expect(finals(peer).filter((heard) => heard !== granted)).toEqual(status > 0 ? [status] : []);
      await nothingLeft();
    });
  },
);
