import type { Socket } from 'node:net';
import { type FramerEvent, StreamFramer } from '@ringback/sip';
import { advertisedTo, type Flow, plainAddress, type SocketAddress, type TransportEvents } from './flow.ts';
import { IdleWatch } from './idle-watch.ts';
import { isProven, speaksFor } from './peer-identity.ts';
import type { StreamListener } from './stream-listener.ts';

/** A peer that reads slower than this much behind is dropped. */
export const MAX_QUEUED_BYTES = 1024 * 1024;

/** RFC 5626 4.4.1: the answer to a double CRLF. */
const PONG = new Uint8Array([0x0d, 0x0a]);

/** One TCP or TLS connection, taken or opened by us. */
export class StreamFlow implements Flow {
  readonly reliable = true;
  readonly listener: StreamListener;
  readonly remote: SocketAddress;
  readonly advertised: SocketAddress;
  readonly #socket: Socket;
  readonly #events: TransportEvents;
  readonly #idle: IdleWatch;
  readonly #framer = new StreamFramer();
  /** Messages given before the connection was open; undefined once it is. */
  #waiting: Uint8Array[] | undefined;
  #waitingBytes = 0;
  #cancelConnect: (() => void) | undefined;
  /** Kept, since a closed socket has forgotten it. */
  #local: SocketAddress | undefined;
  #closed = false;
  #aliased = false;

  constructor(listener: StreamListener, socket: Socket, remote: SocketAddress, events: TransportEvents) {
    const { clock, idleMs, keepAliveMs } = listener.request;
    this.listener = listener;
    this.remote = remote;
    this.advertised = advertisedTo(listener, remote);
    this.#socket = socket;
    this.#events = events;
    this.#idle = new IdleWatch(clock, idleMs, { end: () => this.destroy() });
    socket.setNoDelay(true);
    // A pulled cable is found by the system's own probes: TCP has no other sign of life that all peers know.
    socket.setKeepAlive(keepAliveMs > 0, keepAliveMs);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => listener.request.logger.debug({ err: error, remote }, 'sip connection'));
    socket.on('close', () => this.#close());
  }

  get transport() {
    return this.listener.transport;
  }

  get local(): SocketAddress {
    return this.#local ?? { host: this.listener.local.host, port: 0 };
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** We opened it: what is sent waits until it is open, which it is in time or never. */
  connecting(opened: 'connect' | 'secureConnect'): void {
    const { clock, connectMs } = this.listener.request;
    this.#waiting = [];
    this.#cancelConnect = clock.after(connectMs, () => this.destroy());
    this.#socket.once(opened, () => this.opened());
  }

  opened(): void {
    this.#local = plainAddress(this.#socket.localAddress, this.#socket.localPort);
    this.#cancelConnect?.();
    this.#events.opened(this);
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const message of waiting) this.send(message);
  }

  send(message: Uint8Array): void {
    if (this.#closed) return;
    if (this.#waiting) this.#queue(this.#waiting, message);
    else if (this.#write(message)) this.#events.sent(this, message);
  }

  hold(): () => void {
    return this.#idle.hold();
  }

  get alias(): ((port: number) => void) | undefined {
    if (this.#aliased || !isProven(this.#socket)) return undefined;
    return (port) => {
      this.#aliased = true;
      this.listener.addAlias(this, port);
    };
  }

  /** Whether it may stand for a connection that we opened to that domain. */
  speaksFor(domain: string): boolean {
    return speaksFor(this.#socket, domain);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #queue(waiting: Uint8Array[], message: Uint8Array): void {
    this.#waitingBytes += message.length;
    if (this.#waitingBytes > MAX_QUEUED_BYTES) this.destroy();
    else waiting.push(message);
  }

  #write(bytes: Uint8Array): boolean {
    if (!this.#socket.writable) return false;
    if (this.#socket.writableLength > MAX_QUEUED_BYTES) {
      this.destroy();
      return false;
    }
    this.#socket.write(bytes);
    return true;
  }

  #receive(chunk: Uint8Array): void {
    this.#idle.touch();
    for (const event of this.#framer.push(chunk)) {
      if (this.#closed) return;
      if (event.kind === 'message') this.#events.received(this, event.bytes);
      else if (event.kind === 'ping') this.#write(PONG);
      else this.#giveUp(event);
    }
    this.#idle.incomplete(this.#framer.pendingBytes > 0);
  }

  /** RFC 3261 18.3: nobody knows where the next message would begin. */
  #giveUp({ error, request }: Extract<FramerEvent, { kind: 'error' }>): void {
    this.#events.unframed(this, error, request);
    this.#socket.destroySoon();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#idle.stop();
    this.#cancelConnect?.();
    this.listener.forget(this);
    this.#events.closed(this);
  }
}
