import { readFileSync } from 'node:fs';
import { ManualClock } from '@ringback/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Network } from './network.ts';
import { type RawPeer, type RawTransport, rawPeer } from './raw-peer.ts';

const file = (path: string) => readFileSync(new URL(`../../sip/test/fixtures/${path}`, import.meta.url));

/**
 * The first final answer to each message, 0 for none. What is left out goes to the application, whose answer to INVITE
 * is 486, to REGISTER and OPTIONS 200 and to MESSAGE 415.
 */
const ANSWERS: Record<string, number> = {
  // Its To has a tag, and there is no such dialog.
  'wsinv.dat': 481,
  'mult-ip-in-header.dat': 481,
  'via-received-param-with-delim.dat': 481,
  'intmeth.dat': 501,
  'esc02.dat': 501,
  'unreason.dat': 0,
  'noreason.dat': 0,
  'badinv01.dat': 400,
  'clerr.dat': 400,
  'ncl.dat': 400,
  'scalar02.dat': 400,
  'scalarlg.dat': 0,
  'quotbal.dat': 400,
  'ltgtruri.dat': 400,
  'lwsruri.dat': 400,
  'lwsstart.dat': 400,
  'trws.dat': 400,
  'escruri.dat': 400,
  'regbadct.dat': 400,
  'badaspec.dat': 400,
  'baddn.dat': 400,
  'baddn-terminated.dat': 400,
  'badvers.dat': 505,
  'mismatch01.dat': 400,
  'mismatch02.dat': 501,
  'bigcode.dat': 0,
  'badbranch.dat': 400,
  'insuf.dat': 400,
  'unkscm.dat': 416,
  'novelsc.dat': 416,
  'unksm2.dat': 400,
  'bext01.dat': 420,
  'invut.dat': 415,
  'regaut01.dat': 401,
  'multi01.dat': 400,
  'mcl01.dat': 400,
  'bcast.dat': 0,
  'sdp01.dat': 406,
  // RFC 2543 did not ask for a Contact; a dialog cannot do without.
  'inv2543.dat': 400,
  'extra-test.dat': 400,
  'ipv6-bad.dat': 400,
};
const BY_METHOD: Record<string, number> = { INVITE: 486, REGISTER: 200, OPTIONS: 200, MESSAGE: 415 };

interface Row {
  path: string;
  name: string;
  expected: string;
}

const rows: Row[] = ['rfc4475', 'rfc5118'].flatMap((folder) =>
  file(`${folder}/expected.tsv`)
    .toString('utf8')
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '')
    .map((line) => line.split('\t'))
    .map((cells) => ({
      path: `${folder}/${cells[0]}`,
      name: cells[0]!,
      expected: cells[folder === 'rfc4475' ? 4 : 3]!,
    })),
);

function answerTo(name: string, bytes: Uint8Array): number {
  return ANSWERS[name] ?? BY_METHOD[Buffer.from(bytes).toString('latin1').split(' ')[0]!]!;
}

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

    it.each(rows)('$name: $expected', async ({ name, path, expected }) => {
      const bytes = file(path);
      const peer = await open();
      send(peer, bytes);
      if (isStream && NEVER_ENDS.includes(name)) {
        await unharmed();
        await expect.poll(() => peer.closed).toBe(true);
        await nothingLeft();
        return;
      }
      const status = isStream && LOSES_THE_FRAME.includes(name) ? 400 : answerTo(name, bytes);
      if (ANSWERS[name] && status !== 481) expect(expected).toContain(String(status));
      if (status > 0) await peer.hear(`SIP/2.0 ${status}`);
      if (isStream && LOSES_THE_FRAME.includes(name)) await expect.poll(() => peer.closed).toBe(true);
      await unharmed();
      const granted = isStream && name === 'dblreq.dat' ? 200 : 0;
      expect(finals(peer).filter((heard) => heard !== granted)).toEqual(status > 0 ? [status] : []);
      await nothingLeft();
    });
  },
);
