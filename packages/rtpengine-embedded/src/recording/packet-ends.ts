import { addressBytes } from '@ringback/hep';
import type { Endpoint as CapturedEndpoint } from '@ringback/pcap';
import type { Party } from '../call/party.ts';
import { type CandidateEnd, hasSockets, type MediaTransport } from '../transport/transport.ts';

export type Ends = { from: CapturedEndpoint; to: CapturedEndpoint };

/** Where the packets of a party come from and go to, for a capture; looked up again only when either has changed. */
export class PacketEnds {
  readonly #party: Party;
  readonly #ourAddress: string;
  #address: string | undefined;
  #port = 0;
  #ourPort = 0;
  #ends: Ends | undefined;
  /** Asked of the library once, not for each packet. */
  #chosen: { transport: MediaTransport; remote: CandidateEnd } | undefined;

  constructor(party: Party, ourAddress: string) {
    this.#party = party;
    this.#ourAddress = ourAddress;
  }

  /** `undefined` while the party has no path. */
  get current(): Ends | undefined {
    const { transport } = this.#party;
    const sender = hasSockets(transport) ? transport.rtpLatch.target : this.#chosenByIce(transport);
    if (!transport || !sender) return undefined;
    const same = sender.address === this.#address && sender.port === this.#port;
    if (!same || transport.port !== this.#ourPort) this.#change(sender, transport.port);
    return this.#ends;
  }

  /** Who sends behind ICE; until the library says so, what was signalled stands for it. */
  #chosenByIce(transport: MediaTransport | undefined): { address: string; port: number } | undefined {
    if (this.#chosen?.transport !== transport) this.#chosen = undefined;
    const remote = this.#chosen?.remote ?? transport?.candidatePair?.remote;
    if (transport && remote) this.#chosen = { transport, remote };
    return remote ?? this.#party.remote?.audio;
  }

  #change({ address, port }: { address: string; port: number }, ourPort: number): void {
    this.#address = address;
    this.#port = port;
    this.#ourPort = ourPort;
    const ours = bytesOf(this.#ourAddress) ?? new Uint8Array(4);
    const theirs = bytesOf(address);
    // A frame has addresses of one family: a name, or the other family, is written as no address.
    const from = theirs?.length === ours.length ? theirs : new Uint8Array(ours.length);
    this.#ends = { from: { address: from, port }, to: { address: ours, port: ourPort } };
  }
}

function bytesOf(address: string): Uint8Array | undefined {
  return addressBytes(address, address.includes(':') ? 10 : 2);
}
