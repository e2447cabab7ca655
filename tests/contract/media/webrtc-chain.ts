import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type NgClient, PROFILES } from './ng-client.ts';
import type { PlainPhone } from './plain-phone.ts';

/** A wire between the two engines that shows each packet before it is passed on. */
export type Tapped = (packet: Buffer, towards: 'first' | 'second', pass: (packet: Buffer) => void) => void;

export type Chain = {
  /** The ports that the engines have for one another. */
  ports: { first: number; second: number };
  close(): void;
};

/**
 * phone – first engine – ICE and DTLS-SRTP – second engine – phone: the whole way of a browser's call without a browser.
 * With `tapped`, everything between the engines goes through a wire of this process.
 */
export async function connectChain(
  [first, second]: readonly [NgClient, NgClient],
  [alice, bob]: readonly [PlainPhone, PlainPhone],
  callId: string,
  options: { tapped?: Tapped; offered?: (port: number) => void | Promise<void> } = {},
): Promise<Chain> {
  const left = { 'call-id': callId, 'from-tag': 'alice' };
  const right = { 'call-id': callId, 'from-tag': 'first' };
  const offered = await first.sdp('offer', { ...left, ...PROFILES.offerToBrowser, sdp: alice.describe() });
  // As between a browser and an engine, who answers begins DTLS.
  const offer = offered.replace('a=setup:actpass', 'a=setup:passive');
  const firstPort = candidatePort(offer);
  await options.offered?.(firstPort);
  const wire = options.tapped ? await Wire.open(options.tapped) : undefined;
  const toSecond = wire ? movedTo(offer, wire.portOfFirst) : offer;
  bob.connect(await second.sdp('offer', { ...right, ...PROFILES.toPlain, sdp: toSecond }));
  const bobs = { 'to-tag': 'bob', sdp: bob.describe() };
  const answer = await second.sdp('answer', { ...right, ...PROFILES.answerToBrowser, ...bobs });
  const ports = { first: firstPort, second: candidatePort(answer) };
  wire?.join(ports);
  const toFirst = { 'to-tag': 'second', sdp: wire ? movedTo(answer, wire.portOfSecond) : answer };
  alice.connect(await first.sdp('answer', { ...left, ...PROFILES.toPlain, ...toFirst }));
  return { ports, close: () => wire?.close() };
}

function candidatePort(sdp: string): number {
  return Number(/^a=candidate:\S+ 1 UDP \d+ \S+ (\d+)/m.exec(sdp)?.[1]);
}

function movedTo(sdp: string, port: number): string {
  return sdp.replace(/^(a=candidate:\S+ 1 UDP \d+ \S+ )\d+/m, `$1${port}`);
}

class Wire {
  readonly #first: Socket;
  readonly #second: Socket;
  #ports: { first: number; second: number } | undefined;

  private constructor(first: Socket, second: Socket, tapped: Tapped) {
    this.#first = first;
    this.#second = second;
    // What comes to the stand-in of one engine goes to that engine, from the stand-in of the other.
    first.on('message', (bytes) => tapped(bytes, 'first', (packet) => this.#pass(second, packet, 'first')));
    second.on('message', (bytes) => tapped(bytes, 'second', (packet) => this.#pass(first, packet, 'second')));
  }

  static async open(tapped: Tapped): Promise<Wire> {
    const sockets = [createSocket('udp4'), createSocket('udp4')] as const;
    for (const socket of sockets) {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
    }
    return new Wire(...sockets, tapped);
  }

  get portOfFirst(): number {
    return this.#first.address().port;
  }

  get portOfSecond(): number {
    return this.#second.address().port;
  }

  join(ports: { first: number; second: number }): void {
    this.#ports = ports;
  }

  #pass(from: Socket, packet: Buffer, towards: 'first' | 'second'): void {
    if (this.#ports) from.send(packet, this.#ports[towards], '127.0.0.1');
  }

  close(): void {
    this.#first.close();
    this.#second.close();
  }
}
