import { isIP } from 'node:net';

export type Endpoint = { address: string; port: number };

/** Addresses that cannot be reached from outside, so that a phone behind NAT may signal one and send from another. */
const PRIVATE =
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|0\.0\.0\.0$|f[cd][0-9a-f]{2}:|fe80:)/i;
const UNSPECIFIED: ReadonlySet<string> = new Set(['0.0.0.0', '::']);
const LOOPBACK = /^(127\.|::1$)/;

/**
 * Symmetric RTP (RFC 4961) with strict source: decides which sender belongs to the signalled address.
 *
 * The signalled address and port always belong. Until they have been seen, the first packet from the same host (another
 * port: NAT or a phone that sends from elsewhere) is latched, once; from another host only if the signalled one is
 * private, and from loopback if the signalled one is not: a phone on this machine signals the address of its network
 * card and sends from 127.0.0.1. After that only signalling moves it: strangers are neither heard nor sent to.
 */
export class SourceLatch {
  #signalled: Endpoint | undefined;
  #latched: Endpoint | undefined;

  /**
   * A new description. The same endpoint again, as in hold and resume, keeps the latch, and so does hold by an address of
   * zero (RFC 3264 8.4), which says nothing about where packets come from.
   */
  signal(endpoint: Endpoint): void {
    const { address, port } = endpoint;
    if (this.#signalled && UNSPECIFIED.has(address)) return;
    if (this.#signalled?.address === address && this.#signalled.port === port) return;
    this.#signalled = isIP(address) ? endpoint : { address: '0.0.0.0', port };
    this.#latched = undefined;
  }

  /** Whether a packet from there is to be heard. */
  accepts(address: string, port: number): boolean {
    const latched = this.#latched;
    if (latched?.port === port && latched.address === address) return true;
    const signalled = this.#signalled;
    if (!signalled) return false;
    const exact = signalled.port === port && signalled.address === address;
    if (!exact && (latched || !this.#mayBelong(signalled, address))) return false;
    this.#latched = { address, port };
    return true;
  }

  #mayBelong(signalled: Endpoint, address: string): boolean {
    if (signalled.address === address) return true;
    if (LOOPBACK.test(signalled.address)) return false;
    return LOOPBACK.test(address) || PRIVATE.test(signalled.address);
  }

  /** Where to send: the latched sender, before that the signalled endpoint when it can be sent to. */
  get target(): Endpoint | undefined {
    if (this.#latched) return this.#latched;
    const signalled = this.#signalled;
    return signalled && signalled.address !== '0.0.0.0' && signalled.port > 0 ? signalled : undefined;
  }

  get signalled(): Endpoint | undefined {
    return this.#signalled;
  }
}
