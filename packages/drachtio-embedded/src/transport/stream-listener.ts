import { connect, createServer, type Server, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { admitConnections, type BindRequest, listening } from './bind.ts';
import {
  type Flow,
  formatAddress,
  type Listener,
  plainAddress,
  type SocketAddress,
  type TransportEvents,
} from './flow.ts';
import type { OwnAddress } from './own-address.ts';
import { RawConnections } from './raw-connections.ts';
import { StreamFlow } from './stream-flow.ts';
import { addNames, clientTls, serverTls } from './tls-options.ts';

/** TCP or TLS: takes connections, and opens those to the addresses requests go to. */
export class StreamListener implements Listener {
  readonly transport: 'tcp' | 'tls';
  readonly local: SocketAddress;
  readonly advertised: SocketAddress;
  readonly own: OwnAddress;
  readonly request: BindRequest;
  readonly #server: Server;
  readonly #raw: RawConnections;
  readonly #events: TransportEvents;
  /** With the keys it can be used again by. */
  readonly #flows = new Map<StreamFlow, string[]>();
  /** By the address of the peer; TLS that we opened also by whose certificate it has shown. */
  readonly #reusable = new Map<string, StreamFlow>();
  /** By the address that the peer asked to be reached at over its own connection (RFC 5923). */
  readonly #aliases = new Map<string, StreamFlow>();

  constructor(server: Server, port: number, request: BindRequest, events: TransportEvents) {
    this.transport = request.tls ? 'tls' : 'tcp';
    this.request = request;
    this.local = { host: request.host, port };
    this.own = request.own;
    this.advertised = { host: request.own.publicHost, port };
    this.#server = server;
    this.#raw = new RawConnections(server, request.logger, request.tls && request.maxHandshakes);
    this.#events = events;
    server.on(request.tls ? 'secureConnection' : 'connection', (socket: Socket) => {
      if (socket.destroyed) return;
      const remote = plainAddress(socket.remoteAddress, socket.remotePort);
      const flow = new StreamFlow(this, socket, remote, events);
      this.#add(flow, formatAddress(remote));
      flow.opened();
    });
    server.on('error', (error) => request.logger.warn({ err: error }, 'sip server socket'));
  }

  /** RFC 3261 18.1.1: an open connection to that address is used again, whoever opened it. */
  flowTo(remote: SocketAddress, domain?: string): Flow {
    const { tls } = this.request;
    const address = formatAddress(remote);
    const key = tls && domain !== undefined ? `${address} ${domain.toLowerCase()}` : address;
    const open = this.#reusable.get(address) ?? this.#reusable.get(key) ?? this.#aliased(address, domain);
    if (open && !open.closed) return open;
    const where = { host: remote.host, port: remote.port };
    const socket = tls ? connectTls({ ...where, ...clientTls(tls, domain) }) : connect(where);
    const flow = new StreamFlow(this, socket, remote, this.#events);
    flow.connecting(tls ? 'secureConnect' : 'connect');
    this.#add(flow, key);
    return flow;
  }

  addAlias(flow: StreamFlow, port: number): void {
    const address = formatAddress({ host: flow.remote.host, port });
    this.#flows.get(flow)?.push(address);
    this.#aliases.set(address, flow);
  }

  /** RFC 5923 8.1: its certificate has to be one that would do, had we connected ourselves. */
  #aliased(address: string, domain: string | undefined): StreamFlow | undefined {
    const flow = this.#aliases.get(address);
    return domain !== undefined && flow?.speaksFor(domain) ? flow : undefined;
  }

  forget(flow: StreamFlow): void {
    for (const key of this.#flows.get(flow) ?? []) {
      for (const index of [this.#reusable, this.#aliases]) if (index.get(key) === flow) index.delete(key);
    }
    this.#flows.delete(flow);
  }

  close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const flow of this.#flows.keys()) flow.destroy();
    this.#raw.cut();
    return closed;
  }

  #add(flow: StreamFlow, key: string): void {
    this.#flows.set(flow, [key]);
    this.#reusable.set(key, flow);
  }
}

export async function listenStream(request: BindRequest, events: TransportEvents): Promise<Listener> {
  const { tls, maxConnections, handshakeMs } = request;
  const server = tls ? createTlsServer(serverTls(tls, handshakeMs)) : createServer();
  if (tls) addNames(server as ReturnType<typeof createTlsServer>, tls);
  server.maxConnections = maxConnections;
  admitConnections(server, events);
  const port = await listening(server, tls ? 'tls' : 'tcp', request);
  return new StreamListener(server, port, request, events);
}
