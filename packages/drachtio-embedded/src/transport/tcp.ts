import { connect, createServer, isIP, type Server, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { type FramerEvent, StreamFramer } from '@ringback/sip';
import { type BindRequest, listenError } from './bind.ts';
import {
  advertisedTo,
  type Flow,
  formatAddress,
  type Listener,
  plainAddress,
  type SocketAddress,
  type TransportEvents,
} from './flow.ts';
import { IdleWatch } from './idle-watch.ts';
import type { OwnAddress } from './own-address.ts';

/** A peer that reads slower than this much behind is dropped. */
export const MAX_QUEUED_BYTES = 1024 * 1024;

/** One TCP or TLS connection, taken or opened by us. */
class StreamFlow implements Flow {
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
  #closed = false;

  constructor(listener: StreamListener, socket: Socket, remote: SocketAddress, events: TransportEvents) {
    const { clock, idleMs } = listener.request;
    this.listener = listener;
    this.remote = remote;
    this.advertised = advertisedTo(listener, remote);
    this.#socket = socket;
    this.#events = events;
    this.#waiting = socket.connecting ? [] : undefined;
    this.#idle = new IdleWatch(clock, idleMs, () => this.destroy());
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 45_000);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => listener.request.logger.debug({ err: error, remote }, 'sip connection'));
    socket.on('close', () => this.#close());
    events.opened(this);
  }

  get transport() {
    return this.listener.transport;
  }

  get local(): SocketAddress {
    return plainAddress(this.#socket.localAddress ?? this.listener.local.host, this.#socket.localPort);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The handshake is over: what waited for it leaves. */
  opened(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const message of waiting) this.send(message);
  }

  send(message: Uint8Array): void {
    if (this.#closed) return;
    if (this.#waiting) {
      this.#waiting.push(message);
      return;
    }
    if (this.#socket.writableLength > MAX_QUEUED_BYTES) {
      this.destroy();
      return;
    }
    this.#socket.write(message);
    this.#events.sent(this, message);
  }

  hold(): () => void {
    return this.#idle.hold();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Uint8Array): void {
    this.#idle.touch();
    for (const event of this.#framer.push(chunk)) {
      if (this.#closed) return;
      if (event.kind === 'message') this.#events.received(this, event.bytes);
      else if (event.kind === 'ping') this.#socket.write('\r\n');
      else this.#giveUp(event);
    }
  }

  /** RFC 3261 18.3: nobody knows where the next message would begin. */
  #giveUp({ error, request }: Extract<FramerEvent, { kind: 'error' }>): void {
    if (request) this.#events.unframed(this, request, error.status, error.reason);
    this.#socket.destroySoon();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#idle.stop();
    this.listener.forget(this);
    this.#events.closed(this);
  }
}

class StreamListener implements Listener {
  readonly transport: 'tcp' | 'tls';
  readonly local: SocketAddress;
  readonly advertised: SocketAddress;
  readonly own: OwnAddress;
  readonly request: BindRequest;
  readonly #server: Server;
  readonly #events: TransportEvents;
  readonly #flows = new Map<string, StreamFlow>();

  constructor(server: Server, port: number, request: BindRequest, events: TransportEvents) {
    this.transport = request.tls ? 'tls' : 'tcp';
    this.request = request;
    this.local = { host: request.host, port };
    this.own = request.own;
    this.advertised = { host: request.own.publicHost, port };
    this.#server = server;
    this.#events = events;
    server.on(request.tls ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#add(socket, plainAddress(socket.remoteAddress, socket.remotePort));
    });
    server.on('tlsClientError', (error) => request.logger.debug({ err: error }, 'tls handshake'));
    server.on('error', (error) => request.logger.warn({ err: error }, 'sip server socket'));
  }

  /** RFC 3261 18.1.1: an open connection to that address is used again, whoever opened it. */
  flowTo(remote: SocketAddress, serverName?: string): Flow {
    const open = this.#flows.get(formatAddress(remote));
    if (open && !open.closed) return open;
    const { tls } = this.request;
    const where = { host: remote.host, port: remote.port };
    const trust = tls?.ca === undefined ? {} : { ca: tls.ca };
    const name = serverName === undefined || isIP(serverName) !== 0 ? {} : { servername: serverName };
    const socket = tls ? connectTls({ ...where, ...trust, ...name }) : connect(where);
    const flow = this.#add(socket, remote);
    socket.once(tls ? 'secureConnect' : 'connect', () => flow.opened());
    return flow;
  }

  forget(flow: StreamFlow): void {
    const key = formatAddress(flow.remote);
    if (this.#flows.get(key) === flow) this.#flows.delete(key);
  }

  get flowCount(): number {
    return this.#flows.size;
  }

  close(): Promise<void> {
    for (const flow of this.#flows.values()) flow.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #add(socket: Socket, remote: SocketAddress): StreamFlow {
    const flow = new StreamFlow(this, socket, remote, this.#events);
    this.#flows.set(formatAddress(remote), flow);
    return flow;
  }
}

export function listenStream(request: BindRequest, events: TransportEvents): Promise<Listener> {
  const server = request.tls ? createTlsServer({ ...request.tls }) : createServer();
  server.maxConnections = request.maxConnections;
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, request.tls ? 'tls' : 'tcp', request)));
    server.listen(request.port, request.host, () => {
      server.removeAllListeners('error');
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : request.port;
      resolve(new StreamListener(server, port, request, events));
    });
  });
}
