import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Logger } from '@ringback/runtime';
import type { NgExchange } from '../ng-exchange.ts';
import { type ListenAddress, listen } from './listening.ts';
import { isForeign } from './origin.ts';
import { WebSockets } from './web-sockets.ts';

/** Texts in PEM. */
export type TlsKeys = { readonly key: string; readonly cert: string };

const MAX_BODY = 65_536 + 256;
const MAX_CONNECTIONS = 256;
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 30_000,
  maxHeaderSize: 8192,
  connectionsCheckingInterval: 1000,
};
const NG = 'application/x-rtpengine-ng';

/** The NG protocol over HTTP (`POST /ng`) and over WebSocket; `GET /ping` for those who only look. */
export class HttpServer {
  readonly port: number;
  readonly #server: Server;
  readonly #webSockets: WebSockets;
  readonly #exchange: NgExchange;

  private constructor(server: Server, port: number, exchange: NgExchange, logger: Logger) {
    this.port = port;
    this.#server = server;
    this.#exchange = exchange;
    this.#webSockets = new WebSockets(exchange, logger);
    server.maxConnections = MAX_CONNECTIONS;
    server.on('request', (request, response) => void this.#serve(request, response));
    server.on('upgrade', (request, socket, head) => this.#webSockets.upgrade(request, socket, head));
    server.on('error', (error) => logger.error({ err: error }, 'NG socket failed'));
  }

  /** @throws Error with a sentence, and `code: 'EADDRINUSE'` when the port is taken. */
  static async listen(
    address: ListenAddress,
    exchange: NgExchange,
    logger: Logger,
    tls?: TlsKeys,
  ): Promise<HttpServer> {
    const server = tls ? createTlsServer({ ...LIMITS, ...tls }) : createServer(LIMITS);
    const port = await listen(server, address, tls ? 'HTTPS' : 'HTTP');
    return new HttpServer(server, port, exchange, logger);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const what = `${request.method} ${request.url}`;
    if (isForeign(request)) end(response, 403, 'not for a page of somebody else\n');
    else if (what === 'GET /ping') end(response, 200, 'pong\n');
    else if (what === 'POST /ng' && request.headers['content-type'] === NG)
      await this.#post(request, response);
    else end(response, 404, `POST /ng with content-type ${NG}, or GET /ping\n`);
  }

  async #post(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const message = await bodyOf(request);
    if (message === 'too large') end(response, 413, 'a command has at most 64 KB\n');
    if (typeof message === 'string') return;
    const reply = await this.#exchange.answer(message, request.socket.remoteAddress ?? 'unknown');
    if (reply) end(response, 200, reply, NG);
    else end(response, 400, 'a command is a cookie, a space and a dictionary\n');
  }

  async close(): Promise<void> {
    this.#webSockets.close();
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

function end(response: ServerResponse, status: number, body: string | Uint8Array, type = 'text/plain'): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** The whole body; `gone` when its sender is. */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array | 'too large' | 'gone'> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of request) {
      length += part.length;
      if (length > MAX_BODY) return 'too large';
      parts.push(part);
    }
  } catch {
    return 'gone';
  }
  return Buffer.concat(parts);
}
