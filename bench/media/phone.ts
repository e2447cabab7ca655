import type { Socket } from 'node:dgram';
import { HOST, openSocket } from './ng.ts';

const PERIOD_MS = 20;

/** What sends 50 packets a second. */
export interface Speaker {
  speak(): void;
}

/** A plain phone: one socket, packets of PCMU, and a count of what it hears. */
export class Phone {
  readonly #socket: Socket;
  readonly #packet = Buffer.alloc(172, 0xff);
  #target = 0;
  #lastMs: number | undefined;
  sent = 0;
  heard = 0;

  private constructor(socket: Socket, ssrc: number, heard: (sinceLastMs: number | undefined) => void) {
    this.#socket = socket;
    this.#packet.writeUInt16BE(0x8000, 0);
    this.#packet.writeUInt32BE(ssrc, 8);
    socket.on('message', (bytes) => {
      if (bytes.length !== this.#packet.length) return;
      this.heard++;
      const nowMs = performance.now();
      heard(this.#lastMs === undefined ? undefined : nowMs - this.#lastMs);
      this.#lastMs = nowMs;
    });
  }

  static async open(ssrc: number, heard: (sinceLastMs: number | undefined) => void): Promise<Phone> {
    return new Phone(await openSocket(), ssrc, heard);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  sendTo(port: number): void {
    this.#target = port;
  }

  speak(): void {
    if (this.#target === 0) return;
    this.sent++;
    // A packet on loopback is taken by the kernel within `send`, so that one buffer serves all.
    this.#packet.writeUInt16BE(this.sent & 0xffff, 2);
    this.#packet.writeUInt32BE((this.sent * 160) >>> 0, 4);
    this.#socket.send(this.#packet, this.#target, HOST);
  }

  close(): void {
    this.#socket.close();
  }
}

/** Speaks for all, spread over the period, by an absolute clock, until told to stop. They may become more. */
export function speakInTurn(speakers: readonly Speaker[]): () => void {
  let dueMs = performance.now();
  let turn = 0;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    for (; dueMs < nowMs; dueMs += PERIOD_MS / Math.max(1, speakers.length)) {
      speakers[turn++ % speakers.length]?.speak();
    }
  }, 1);
  return () => clearInterval(timer);
}
