import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '@ringback/runtime';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import type { NgExchange } from '../ng-exchange.ts';
import { isForeign } from './origin.ts';

export const NG_SUBPROTOCOL = 'ng.rtpengine.com';
const MAX_PAYLOAD = 65_536 + 256;
const MAX_RUNNING = 64;
const MAX_UNREAD_BYTES = 1024 * 1024;
/** Who does not answer a ping by the next one is gone (RFC 6455 5.5.2). */
const PING_MS = 30_000;

/** The NG protocol over WebSocket: a frame is a message, and the reply a frame of the same kind. */
export class WebSockets {
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_PAYLOAD,
    perMessageDeflate: false,
    handleProtocols: () => NG_SUBPROTOCOL,
  });
  readonly #alive = new WeakSet<WebSocket>();
  readonly #pinger: NodeJS.Timeout;
  readonly #exchange: NgExchange;
  readonly #logger: Logger;

  constructor(exchange: NgExchange, logger: Logger) {
    this.#exchange = exchange;
    this.#logger = logger;
    this.#pinger = setInterval(() => this.#ping(), PING_MS);
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', (error) => this.#logger.debug({ err: error }, 'NG connection failed'));
    if (isForeign(request)) refuse(socket, '403 Forbidden');
    else if (!offers(request, NG_SUBPROTOCOL)) refuse(socket, '400 Bad Request');
    else this.#accept(request, socket, head);
  }

  #accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      this.#serve(webSocket, request.socket.remoteAddress ?? 'unknown');
    });
  }

  #serve(webSocket: WebSocket, from: string): void {
    let running = 0;
    this.#alive.add(webSocket);
    webSocket.on('pong', () => this.#alive.add(webSocket));
    webSocket.on('error', (error) => this.#logger.debug({ err: error, from }, 'NG connection failed'));
    webSocket.on('message', async (data, isBinary) => {
      this.#alive.add(webSocket);
      if (++running === MAX_RUNNING) webSocket.pause();
      const reply = await this.#exchange.answer(bytesOf(data), from);
      if (running-- === MAX_RUNNING) webSocket.resume();
      if (reply && webSocket.readyState === WebSocket.OPEN) webSocket.send(reply, { binary: isBinary });
      if (webSocket.bufferedAmount <= MAX_UNREAD_BYTES) return;
      this.#logger.info({ from }, 'NG connection closed: it does not read its replies');
      webSocket.terminate();
    });
  }

  #ping(): void {
    for (const webSocket of this.#server.clients) {
      if (!this.#alive.delete(webSocket)) webSocket.terminate();
      else webSocket.ping();
    }
  }

  close(): void {
    clearInterval(this.#pinger);
    for (const webSocket of this.#server.clients) webSocket.terminate();
    this.#server.close();
  }
}

function offers(request: IncomingMessage, protocol: string): boolean {
  const offered = request.headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').some((one) => one.trim() === protocol);
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
