import type { SipPhone } from '@ringback/testing';
import type Srf from 'drachtio-srf';
import type { DrachtioOptions } from '../src/index.ts';
import { Network } from './network.ts';
import { type RawPeer, type RawTransport, rawPeer } from './raw-peer.ts';

/** Strangers of the tests live at 127.0.0.2 and up; 127.0.0.1 stays exempt. */
export const STRANGERS = { guardThisMachine: true, exempt: ['127.0.0.1'] };

/** Answers OPTIONS, REGISTER and calls. */
function answering(srf: Srf): void {
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
}

/** A server among strangers, with one application. */
export class PublicServer {
  readonly network: Network;
  readonly application: Srf;
  readonly #peers: RawPeer[] = [];

  private constructor(network: Network, application: Srf) {
    this.network = network;
    this.application = application;
  }

  static async start(
    options: Partial<DrachtioOptions> = {},
    prepare: (srf: Srf) => void = answering,
  ): Promise<PublicServer> {
    const network = await Network.start(options);
    return new PublicServer(network, await network.application(prepare));
  }

  stats() {
    return this.network.server.stats();
  }

  /** Somebody who need not speak SIP. */
  async stranger(transport: RawTransport = 'udp', from = '127.0.0.2'): Promise<RawPeer> {
    const peer = await rawPeer(transport, this.network.port(transport), from);
    this.#peers.push(peer);
    return peer;
  }

  phoneAt(localHost: string, user = '1001'): Promise<SipPhone> {
    return this.network.phone(user, 'udp', { localHost });
  }

  /** What a stranger sent before this was handled: it has no answer of its own, this has one. */
  async settled(): Promise<void> {
    const friend = await this.network.phone('friend');
    friend.call('OPTIONS', 'sip:ringback.local');
    await friend.response(200, 'OPTIONS');
  }

  async close(): Promise<void> {
    for (const peer of this.#peers) peer.close();
    await this.network.close();
  }
}

/** How many messages came. */
export const heardOf = (phone: SipPhone) => phone.log.length;
