import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Logger } from '@ringback/runtime';
import type { NgExchange } from '../ng-exchange.ts';
import { type ListenAddress, listen } from './listening.ts';
import { TcpConnection } from './tcp-connection.ts';

/** More than a cluster of proxies needs. */
const MAX_CONNECTIONS = 256;
const CHECK_MS = 1000;

/** The NG protocol over TCP. */
export class TcpServer {
  readonly port: number;
  readonly #server: Server;
  /** The oldest first. */
  readonly #connections = new Set<TcpConnection>();
  readonly #checker: NodeJS.Timeout;

  private constructor(server: Server, port: number, exchange: NgExchange, logger: Logger) {
    this.port = port;
    this.#server = server;
    server.on('connection', (socket) => this.#accept(socket, exchange, logger));
    server.on('error', (error) => logger.error({ err: error }, 'NG socket failed'));
    this.#checker = setInterval(() => this.#check(), CHECK_MS);
  }

  /** @throws Error with a sentence, and `code: 'EADDRINUSE'` when the port is taken. */
  static async listen(address: ListenAddress, exchange: NgExchange, logger: Logger): Promise<TcpServer> {
    const server = createServer({ keepAlive: true, noDelay: true });
    const port = await listen(server, address, 'TCP');
    return new TcpServer(server, port, exchange, logger);
  }

  #accept(socket: Socket, exchange: NgExchange, logger: Logger): void {
    if (this.#connections.size >= MAX_CONNECTIONS && !this.#makeRoom()) {
      logger.warn({ from: socket.remoteAddress }, 'too many NG connections: closed');
      socket.destroy();
      return;
    }
    const connection = new TcpConnection(socket, exchange, logger);
    this.#connections.add(connection);
    socket.on('close', () => this.#connections.delete(connection));
  }

  /** Who connected and never asked for anything goes first, the longest silent one. */
  #makeRoom(): boolean {
    for (const connection of this.#connections) {
      if (connection.commands > 0) continue;
      connection.close('it asked for nothing, and others wait');
      this.#connections.delete(connection);
      return true;
    }
    return false;
  }

  #check(): void {
    const nowMs = performance.now();
    for (const connection of this.#connections) connection.check(nowMs);
  }

  async close(): Promise<void> {
    clearInterval(this.#checker);
    this.#server.close();
    for (const connection of this.#connections) connection.close('the media server ends');
    await once(this.#server, 'close');
  }
}
