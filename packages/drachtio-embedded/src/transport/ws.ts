import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { type BindRequest, listenError } from './bind.ts';
import {
  advertisedTo,
  deadFlow,
  type Flow,
  type Listener,
  plainAddress,
  type SocketAddress,
  type TransportEvents,
} from './flow.ts';
import { IdleWatch } from './idle-watch.ts';
import type { OwnAddress } from './own-address.ts';
import { MAX_QUEUED_BYTES } from './tcp.ts';

const CRLF_CRLF = 4;

/** RFC 7118: one SIP message in each WebSocket message; text or binary, which we answer in kind. */
class WebSocketFlow implements Flow {
  readonly reliable = true;
  readonly listener: WebSocketListener;
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  readonly advertised: SocketAddress;
  readonly #socket: WebSocket;
  readonly #events: TransportEvents;
  readonly #idle: IdleWatch;
  #binary = false;
  #closed = false;

  constructor(listener: WebSocketListener, socket: WebSocket, stream: Socket, events: TransportEvents) {
    const { clock, idleMs } = listener.request;
    this.listener = listener;
    this.#socket = socket;
    this.#events = events;
    this.local = plainAddress(stream.localAddress, stream.localPort);
    this.remote = plainAddress(stream.remoteAddress, stream.remotePort);
    this.advertised = advertisedTo(listener, this.remote);
    this.#idle = new IdleWatch(clock, idleMs, () => this.destroy());
    socket.on('message', (data, binary) => this.#receive(data, binary));
    socket.on('ping', () => this.#idle.touch());
    socket.on('pong', () => this.#idle.touch());
    socket.on('error', (error) =>
      listener.request.logger.debug({ err: error, remote: this.remote }, 'websocket'),
    );
    socket.on('close', () => this.#close());
    events.opened(this);
  }

  get transport() {
    return this.listener.transport;
  }

  get closed(): boolean {
    return this.#closed;
  }

  send(message: Uint8Array): void {
    if (this.#closed || this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > MAX_QUEUED_BYTES) {
      this.destroy();
      return;
    }
    this.#socket.send(message, { binary: this.#binary });
    this.#events.sent(this, message);
  }

  hold(): () => void {
    return this.#idle.hold();
  }

  destroy(): void {
    this.#socket.terminate();
  }

  #receive(data: RawData, binary: boolean): void {
    this.#idle.touch();
    this.#binary = binary;
    const message = toBytes(data);
    if (message.length <= CRLF_CRLF) this.#answerKeepAlive(message);
    else this.#events.received(this, message);
  }

  /** RFC 5626 4.4.1: a double CRLF is answered with one. */
  #answerKeepAlive(message: Uint8Array): void {
    if (message.length === CRLF_CRLF) this.#socket.send('\r\n', { binary: this.#binary });
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#idle.stop();
    this.#events.closed(this);
  }
}

function toBytes(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

class WebSocketListener implements Listener {
  readonly transport: 'ws' | 'wss';
  readonly local: SocketAddress;
  readonly advertised: SocketAddress;
  readonly own: OwnAddress;
  readonly request: BindRequest;
  readonly #server: WebSocketServer;
  readonly #http: ReturnType<typeof createHttpServer>;

  constructor(http: ReturnType<typeof createHttpServer>, request: BindRequest, events: TransportEvents) {
    const { port } = http.address() as AddressInfo;
    this.transport = request.tls ? 'wss' : 'ws';
    this.request = request;
    this.local = { host: request.host, port };
    this.own = request.own;
    this.advertised = { host: request.own.publicHost, port };
    this.#http = http;
    this.#server = new WebSocketServer({
      server: http,
      maxPayload: request.maxMessageBytes,
      perMessageDeflate: false,
      handleProtocols: () => 'sip',
      // RFC 7118 4: the client must offer the sip subprotocol.
      verifyClient: ({ req }: { req: IncomingMessage }, answer: (ok: boolean, status?: number) => void) =>
        answer(offersSip(req), 400),
    });
    this.#server.on('connection', (socket, req) => new WebSocketFlow(this, socket, req.socket, events));
  }

  /** RFC 7118 5: a WebSocket server never opens a connection to a client, so this flow is dead from birth. */
  flowTo(remote: SocketAddress): Flow {
    return deadFlow(this, remote);
  }

  close(): Promise<void> {
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
    this.#http.closeAllConnections();
    return new Promise((resolve) => this.#http.close(() => resolve()));
  }
}

function offersSip(req: IncomingMessage): boolean {
  const offered = req.headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').some((name) => name.trim().toLowerCase() === 'sip');
}

export function listenWebSocket(request: BindRequest, events: TransportEvents): Promise<Listener> {
  const http = request.tls ? createHttpsServer({ ...request.tls }) : createHttpServer();
  http.on('request', (_req, res) =>
    res.writeHead(426, { connection: 'close' }).end('SIP over WebSocket only\n'),
  );
  http.maxConnections = request.maxConnections;
  return new Promise((resolve, reject) => {
    http.once('error', (error) => reject(listenError(error, request.tls ? 'wss' : 'ws', request)));
    http.listen(request.port, request.host, () => {
      http.removeAllListeners('error');
      http.on('error', (error) => request.logger.warn({ err: error }, 'websocket server'));
      resolve(new WebSocketListener(http, request, events));
    });
  });
}
