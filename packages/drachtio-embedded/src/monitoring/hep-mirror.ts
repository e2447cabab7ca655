import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { isIP, isIPv6 } from 'node:net';
import { encodeHep } from '@ringback/hep';
import type { Logger } from '@ringback/runtime';
import type { Clock } from '../clock.ts';
import type { Direction, Meter } from '../core/meter.ts';
import { type Flow, localEnd, wireProtocol } from '../transport/flow.ts';

/** drachtio's `--homer` and `--homer-id`. */
export interface HepTarget {
  /** IP address or name. */
  host: string;
  port: number;
  captureId: number;
}

/** Of the HEP protocol registry: IP protocol numbers, with drachtio's 22 for TLS. */
const IP_PROTOCOL = { udp: 17, tcp: 6, tls: 22 } as const;
const PROTOCOL_SIP = 1;
/** The kernel takes datagrams at once or, rarely, a moment later; what is beyond this is dropped. */
const MAX_QUEUED_BYTES = 1024 * 1024;
/** A name is looked up again after so long, since a capture server may move. */
const NAME_MS = 60_000;

/** Copies every SIP message, in and out, to a capture server as HEPv3 over UDP. Losing one is no error. */
export class HepMirror {
  readonly #target: HepTarget;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #meter: Meter;
  /** Undefined until the name of the capture server is known. */
  #socket: Socket | undefined;
  #cancelLookup: (() => void) | undefined;
  #closed = false;

  private constructor(target: HepTarget, clock: Clock, logger: Logger, meter: Meter) {
    this.#target = target;
    this.#clock = clock;
    this.#logger = logger;
    this.#meter = meter;
  }

  /** A name that is not known yet is looked up again later; calls do not wait for it. */
  static async open(target: HepTarget, clock: Clock, logger: Logger, meter: Meter): Promise<HepMirror> {
    const mirror = new HepMirror(target, clock, logger, meter);
    await mirror.#dial();
    return mirror;
  }

  capture(flow: Flow, direction: Direction, message: Uint8Array): void {
    const socket = this.#socket;
    if (this.#closed) return;
    if (!socket || socket.getSendQueueSize() > MAX_QUEUED_BYTES) {
      this.#meter.captured('dropped');
      return;
    }
    socket.send(this.#packet(flow, direction, message));
    this.#meter.captured('sent');
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelLookup?.();
    await closeSocket(this.#socket);
  }

  #packet(flow: Flow, direction: Direction, message: Uint8Array): Uint8Array {
    const local = localEnd(flow);
    const [from, to] = direction === 'in' ? [flow.remote, local] : [local, flow.remote];
    return encodeHep({
      ipFamily: isIPv6(from.host) ? 10 : 2,
      ipProtocol: IP_PROTOCOL[wireProtocol(flow.transport)],
      sourceAddress: from.host,
      sourcePort: from.port,
      destinationAddress: to.host,
      destinationPort: to.port,
      timeMs: this.#clock.nowMs(),
      protocolType: PROTOCOL_SIP,
      captureId: this.#target.captureId,
      payload: message,
    });
  }

  /** A connected socket needs no look-up for each packet, which a name would cost. */
  async #dial(): Promise<void> {
    const { host, port } = this.#target;
    if (isIP(host) === 0) this.#cancelLookup = this.#clock.after(NAME_MS, () => void this.#dial());
    try {
      const { address, family } = await lookup(host);
      const socket = createSocket(family === 6 ? 'udp6' : 'udp4').unref();
      socket.connect(port, address);
      await once(socket, 'connect');
      socket.on('error', (error) => this.#logger.debug({ err: error }, 'hep mirror'));
      if (this.#closed) return await closeSocket(socket);
      const before = this.#socket;
      this.#socket = socket;
      await closeSocket(before);
    } catch (error) {
      this.#logger.warn({ err: error, host }, 'the capture server cannot be reached');
    }
  }
}

function closeSocket(socket: Socket | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (socket) socket.close(() => resolve());
    else resolve();
  });
}
