import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { encodeHep } from '@ringback/hep';
import type { Logger } from '@ringback/runtime';
import type { Clock } from './clock.ts';
import { type Flow, wireProtocol } from './transport/flow.ts';

export interface HepTarget {
  host: string;
  port: number;
  captureId: number;
}

/** Of the HEP protocol registry: IP protocol numbers, with drachtio's 22 for TLS. */
const IP_PROTOCOL = { udp: 17, tcp: 6, tls: 22 } as const;
const PROTOCOL_SIP = 1;

/** Copies every SIP message, in and out, to a capture server as HEPv3 over UDP. Losing one is no error. */
export class HepMirror {
  readonly #target: HepTarget;
  readonly #clock: Clock;
  readonly #socket: Socket;
  #open = true;

  constructor(target: HepTarget, clock: Clock, logger: Logger) {
    this.#target = target;
    this.#clock = clock;
    this.#socket = createSocket(isIPv6(target.host) ? 'udp6' : 'udp4');
    this.#socket.on('error', (error) => logger.debug({ err: error }, 'hep mirror'));
    this.#socket.unref();
  }

  capture(flow: Flow, direction: 'in' | 'out', message: Uint8Array): void {
    if (!this.#open) return;
    const everywhere = flow.local.host === '0.0.0.0' || flow.local.host === '::';
    const local = everywhere ? flow.advertised : flow.local;
    const [from, to] = direction === 'in' ? [flow.remote, local] : [local, flow.remote];
    const packet = encodeHep({
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
    this.#socket.send(packet, this.#target.port, this.#target.host);
  }

  close(): Promise<void> {
    this.#open = false;
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}
