import type { NgCounters } from '@ringback/rtpengine-ng';
import type { PayloadRoute } from '../negotiation/payload-routes.ts';
import type { MediaTransport } from '../transport/transport.ts';
import { Egress, type OwnFrame } from './egress.ts';
import type { SimulatedNetwork } from './simulated-network.ts';

/** Adds sound of our own to a packet of the peer, in place, before it gets its number. */
export type Companion = (bytes: Buffer, route: PayloadRoute, nowMs: number) => void;

/** The way to one endpoint: its peer's packets and our own, in one numbering, through whatever transport it has. */
export class Outlet {
  egress: Egress;
  transport: MediaTransport | undefined;
  /** What packets have to pass on their way, for testing. */
  network: Pick<SimulatedNetwork, 'carry' | 'close'> | undefined;
  /** False while what we play is heard in place of the peer. */
  relays = true;
  companion: Companion | undefined;
  #packets = 0;
  #bytes = 0;
  readonly #deliver = (bytes: Buffer) => this.transport?.sendRtp(bytes);
  readonly #deliverRtcp = (bytes: Buffer) => this.transport?.sendRtcp(bytes);

  constructor(ownSsrc: number) {
    this.egress = new Egress(ownSsrc, false);
  }

  /** What has been sent. */
  get rtp(): NgCounters {
    return { packets: this.#packets, bytes: this.#bytes, errors: 0 };
  }

  /** A browser hears one SSRC for the whole call, whoever speaks to it; another kind of endpoint begins anew. */
  use(transport: MediaTransport): void {
    if (this.transport?.kind !== transport.kind) {
      this.egress = new Egress(this.egress.ownSsrc, transport.kind === 'webrtc');
    }
    this.transport = transport;
  }

  /** Sends on a valid packet of the peer, which is changed in place. */
  relay(bytes: Buffer, route: PayloadRoute, nowMs: number): void {
    if (!this.transport || !this.relays) return;
    if (this.companion && !route.isEvent) this.companion(bytes, route, nowMs);
    this.egress.rewrite(bytes, route, nowMs);
    this.#send(this.transport, bytes);
  }

  /** Sends a packet of our own. */
  inject(frame: OwnFrame, nowMs: number): void {
    if (this.transport) this.#send(this.transport, this.egress.inject(frame, nowMs));
  }

  sendRtcp(bytes: Uint8Array): void {
    if (this.network) this.network.carry(Buffer.from(bytes), this.#deliverRtcp);
    else this.transport?.sendRtcp(bytes);
  }

  #send(transport: MediaTransport, bytes: Buffer): void {
    this.#packets++;
    this.#bytes += bytes.length;
    if (this.network) this.network.carry(bytes, this.#deliver);
    else transport.sendRtp(bytes);
  }
}
