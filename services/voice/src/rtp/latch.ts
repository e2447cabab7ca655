/** One end of a UDP flow. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/**
 * Symmetric RTP (RFC 4961) for one flow: the first source heard is answered, whatever the SDP said, since a NAT may stand
 * between. Other sources are strangers, except the one the SDP names: it wins whenever it is heard.
 */
export class Latch {
  #signalled: Endpoint | undefined;
  #heard: Endpoint | undefined;

  /** Where to send; undefined until the other side's SDP is known. */
  get target(): Endpoint | undefined {
    return this.#heard ?? this.#signalled;
  }

  /** The other side's SDP, at first or anew: a new address has to be heard again. */
  signal(endpoint: Endpoint): void {
    if (!same(endpoint, this.#signalled)) this.#heard = undefined;
    this.#signalled = endpoint;
  }

  /** Whether a packet from this source belongs to the call. */
  accepts(source: Endpoint): boolean {
    if (!this.#signalled) return false;
    if (same(source, this.#heard)) return true;
    if (this.#heard && !same(source, this.#signalled)) return false;
    this.#heard = { address: source.address, port: source.port };
    return true;
  }
}

function same(a: Endpoint, b: Endpoint | undefined): boolean {
  return b !== undefined && a.port === b.port && a.address === b.address;
}
