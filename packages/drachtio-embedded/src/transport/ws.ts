import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { admitConnections, type BindRequest, listening } from './bind.ts';
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
import { RawConnections } from './raw-connections.ts';
import { MAX_QUEUED_BYTES } from './stream-flow.ts';
import { addNames, serverTls } from './tls-options.ts';

const CRLF_CRLF = 4;
const CLOSE_GOING_AWAY = 1001;

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
    this.#idle = new IdleWatch(clock, idleMs, {
      end: () => this.#end(),
      // A browser says nothing by itself, and a pulled cable even less.
      probe: () => this.#write(() => socket.ping()),
    });
    socket.on('message', (data, binary) => this.#receive(data, binary));
    socket.on('ping', (data) => {
      this.#idle.touch();
      this.#write(() => socket.pong(data));
    });
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
    const sent = this.#write(() => this.#socket.send(message, { binary: this.#binary }));
    if (sent) this.#events.sent(this, message);
  }

  hold(): () => void {
    return this.#idle.hold();
  }

  destroy(): void {
    this.#socket.terminate();
  }

  /** RFC 6455 7.4.1: going away; a peer that is not there any more need not answer that. */
  #end(): void {
    this.#socket.close(CLOSE_GOING_AWAY);
    this.#socket.terminate();
  }

  #write(write: () => void): boolean {
    if (this.#closed || this.#socket.readyState !== WebSocket.OPEN) return false;
    if (this.#socket.bufferedAmount > MAX_QUEUED_BYTES) {
      this.destroy();
      return false;
    }
    write();
    return true;
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
    if (message.length !== CRLF_CRLF) return;
    this.#write(() => this.#socket.send('\r\n', { binary: this.#binary }));
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
  readonly #http: HttpServer;
  readonly #raw: RawConnections;

  constructor(http: HttpServer, port: number, request: BindRequest, events: TransportEvents) {
    this.transport = request.tls ? 'wss' : 'ws';
    this.request = request;
    this.local = { host: request.host, port };
    this.own = request.own;
    this.advertised = { host: request.own.publicHost, port };
    this.#http = http;
    this.#raw = new RawConnections(http, request.logger, request.tls && request.maxHandshakes);
    http.on('error', (error) => request.logger.warn({ err: error }, 'websocket server'));
    this.#server = new WebSocketServer({
      server: http,
      maxPayload: request.maxMessageBytes,
      perMessageDeflate: false,
      // Pongs count towards what a peer that does not read may leave waiting.
      autoPong: false,
      handleProtocols: () => 'sip',
      verifyClient: ({ req }: { req: IncomingMessage }, answer: (ok: boolean, status?: number) => void) => {
        const refusal = refusalOf(req, request.origins);
        answer(refusal === undefined, refusal);
      },
    });
    this.#server.on('connection', (socket, req) => new WebSocketFlow(this, socket, req.socket, events));
  }

  /** RFC 7118 5: a WebSocket server never opens a connection to a client, so this flow is dead from birth. */
  flowTo(remote: SocketAddress): Flow {
    return deadFlow(this, remote);
  }

  close(): Promise<void> {
    for (const client of this.#server.clients) client.close(CLOSE_GOING_AWAY);
    this.#server.close();
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    this.#raw.cut();
    return closed;
  }
}

type HttpServer = ReturnType<typeof createHttpServer> | ReturnType<typeof createHttpsServer>;

/** The HTTP status a client is refused with, if it is. */
function refusalOf(req: IncomingMessage, origins: readonly string[] | undefined): number | undefined {
  const offered = req.headers['sec-websocket-protocol'] ?? '';
  // RFC 7118 4: the client must offer the sip subprotocol.
  if (!offered.split(',').some((name) => name.trim().toLowerCase() === 'sip')) return 400;
  // RFC 6455 10.2: only browsers send an Origin, and only they are asked for one.
  const { origin } = req.headers;
  return origin !== undefined && origins && !origins.includes(origin) ? 403 : undefined;
}

export async function listenWebSocket(request: BindRequest, events: TransportEvents): Promise<Listener> {
  const { tls, handshakeMs } = request;
  const limits = {
    headersTimeout: handshakeMs,
    requestTimeout: handshakeMs,
    connectionsCheckingInterval: 1000,
  };
  const http = tls
    ? createHttpsServer({ ...limits, ...serverTls(tls, handshakeMs) })
    : createHttpServer(limits);
  if (tls) addNames(http as ReturnType<typeof createHttpsServer>, tls);
  http.on('request', (_req, res) =>
    res.writeHead(426, { connection: 'close' }).end('SIP over WebSocket only\n'),
  );
  http.maxConnections = request.maxConnections;
  admitConnections(http, events);
  const port = await listening(http, tls ? 'wss' : 'ws', request);
  return new WebSocketListener(http, port, request, events);
}
