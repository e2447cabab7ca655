import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../control/refusal.ts';

export type SocketPair = { rtp: Socket; rtcp: Socket };
/** A port that a socket keeps from everybody, and hears nothing on, until the native library is to bind it. */
export type HeldPort = { readonly port: number; letGo(): void };

const FREE_AGAIN_LIMIT_MS = 2000;
const FREE_AGAIN_POLL_MS = 5;

// Addresses are literals: answering at once keeps dgram from deferring each packet to a DNS thread. It asks for each one.
function literalLookup(
  hostname: string,
  _options: unknown,
  callback: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void {
  // dgram does not look at the family.
  callback(null, hostname, 0);
}

/** The media ports of one engine: taken in turn, so that a port just freed is the last to be taken again. */
export class PortPool {
  readonly #host: string;
  readonly #min: number;
  readonly #max: number;
  readonly #taken = new Set<number>();
  #next: number;

  constructor(host: string, range: { min: number; max: number }) {
    this.#host = host;
    this.#min = range.min;
    this.#max = range.max;
    this.#next = range.min;
  }

  /** Sockets on an even port and the next one (RFC 3550 11). Throws Refusal when the range is full. */
  async bindPair(): Promise<SocketPair> {
    for (const port of this.#candidates(2)) {
      const rtp = await this.#bind(port);
      if (!rtp) continue;
      const rtcp = await this.#bind(port + 1);
      if (rtcp) return { rtp, rtcp };
      this.#close(rtp, port);
    }
    throw new Refusal('Ran out of ports');
  }

  /** A port for the native library, which binds it right after `letGo`. Give it back by `release`. */
  async hold(): Promise<HeldPort> {
    for (const port of this.#candidates(1)) {
      const socket = await this.#bind(port);
      if (socket) return heldBy(socket, port);
    }
    throw new Refusal('Ran out of ports');
  }

  /** Takes back a port that the native library, which closes on a thread of its own, is about to leave. */
  async holdAgain(port: number): Promise<HeldPort> {
    const untilMs = performance.now() + FREE_AGAIN_LIMIT_MS;
    while (performance.now() < untilMs) {
      const socket = await this.#bind(port);
      if (socket) return heldBy(socket, port);
      // It stays ours meanwhile.
      this.#taken.add(port);
      await sleep(FREE_AGAIN_POLL_MS);
    }
    throw new Refusal(`Port ${port} is not free again`);
  }

  release(port: number): void {
    this.#taken.delete(port);
  }

  /** Closes a pair and gives its ports back. */
  closePair(pair: SocketPair): void {
    const port = pair.rtp.address().port;
    this.#close(pair.rtp, port);
    this.#close(pair.rtcp, port + 1);
  }

  get takenCount(): number {
    return this.#taken.size;
  }

  /** Every free port once, from where the last search ended; with `step` 2 the even ones that have a neighbour. */
  *#candidates(step: 1 | 2): Generator<number> {
    const first = step === 2 ? this.#min + (this.#min % 2) : this.#min;
    const count = Math.floor((this.#max - first + 1) / step);
    const start = Math.max(0, Math.ceil((this.#next - first) / step));
    for (let i = 0; i < count; i++) {
      const port = first + ((start + i) % count) * step;
      if (this.#taken.has(port) || (step === 2 && this.#taken.has(port + 1))) continue;
      this.#next = port + step > this.#max ? this.#min : port + step;
      yield port;
    }
  }

  async #bind(port: number): Promise<Socket | undefined> {
    const socket = createSocket({ type: isIPv6(this.#host) ? 'udp6' : 'udp4', lookup: literalLookup });
    this.#taken.add(port);
    // The lookup answers at once, and so does `bind`: listen to it first.
    const listening = once(socket, 'listening');
    socket.bind(port, this.#host);
    try {
      await listening;
      return socket;
    } catch (error) {
      this.#close(socket, port);
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
      throw error;
    }
  }

  #close(socket: Socket, port: number): void {
    socket.close();
    this.#taken.delete(port);
  }
}

function heldBy(socket: Socket, port: number): HeldPort {
  let held = true;
  const letGo = () => {
    if (held) socket.close();
    held = false;
  };
  return { port, letGo };
}
