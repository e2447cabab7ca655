import { createSocket, type Socket } from 'node:dgram';
import type { PortRange } from '@ringback/runtime';

/** RTP on an even port and RTCP on the next (RFC 3550 11). */
export interface PortPair {
  readonly rtp: Socket;
  readonly rtcp: Socket;
  readonly port: number;
}

/** The pairs of a port range, taken in turn, so that a pair just freed is the last to be taken again. */
export class PortPairs {
  readonly #host: string;
  readonly #range: PortRange;
  readonly #first: number;
  readonly #count: number;
  #next = 0;

  constructor(host: string, range: PortRange) {
    this.#host = host;
    this.#range = range;
    this.#first = range.min + (range.min % 2);
    this.#count = Math.floor((range.max - this.#first + 1) / 2);
  }

  /** Binds the next pair that is free; others on this machine may use the range as well. @throws when none is. */
  async open(): Promise<PortPair> {
    for (let tried = 0; tried < this.#count; tried += 1) {
      const port = this.#first + 2 * this.#next;
      this.#next = (this.#next + 1) % this.#count;
      const pair = await this.#bindPair(port);
      if (pair) return pair;
    }
    const { min, max } = this.#range;
    throw new Error(
      `no two neighbouring UDP ports of ${min}-${max} are free on ${this.#host}; widen the range`,
    );
  }

  async #bindPair(port: number): Promise<PortPair | undefined> {
    const rtp = await bind(this.#host, port);
    if (!rtp) return undefined;
    const rtcp = await bind(this.#host, port + 1);
    if (rtcp) return { rtp, rtcp, port };
    rtp.close();
    return undefined;
  }
}

/** Undefined when the port is in use. */
function bind(host: string, port: number): Promise<Socket | undefined> {
  const ipv6 = host.includes(':');
  const socket = createSocket({
    type: ipv6 ? 'udp6' : 'udp4',
    // Every address is a number already: the ordinary lookup would take a turn of the event loop per packet.
    lookup: (address, _options, found) => found(null, address, ipv6 ? 6 : 4),
  });
  return new Promise((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException) => {
      socket.close();
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    };
    socket.once('error', refused);
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.off('error', refused);
      resolve(socket);
    });
  });
}
