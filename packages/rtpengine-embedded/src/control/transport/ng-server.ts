import type { Logger } from '@ringback/runtime';
import type { RtpengineOptions } from '../../options.ts';
import { type CommandHandler, NgExchange } from '../ng-exchange.ts';
import { HttpServer } from './http-server.ts';
import { TcpServer } from './tcp-server.ts';
import { UdpServer } from './udp-server.ts';

/** The ports that were taken. */
export type NgPorts = { udp: number; tcp?: number; http?: number; https?: number };

type NgOptions = Pick<RtpengineOptions, 'ngHost' | 'ngPort' | 'ngTcp' | 'http' | 'https'>;
type Listener = { readonly port: number; close(): Promise<void> };

/** The NG protocol, over every transport that was asked for. */
export class NgServer {
  readonly #listeners = new Map<keyof NgPorts, Listener>();

  /** @throws Error with a sentence, and `code: 'EADDRINUSE'` when a port is taken; then nothing is left open. */
  static async listen(options: NgOptions, handle: CommandHandler, logger: Logger): Promise<NgServer> {
    const server = new NgServer();
    const exchange = new NgExchange(handle, logger);
    const { ngHost, ngPort, ngTcp, http, https } = options;
    const open = server.#listeners;
    try {
      open.set('udp', await UdpServer.listen({ host: ngHost, port: ngPort }, exchange, logger));
      if (ngTcp) open.set('tcp', await TcpServer.listen(ngTcp, exchange, logger));
      if (http) open.set('http', await HttpServer.listen(http, exchange, logger));
      if (https) open.set('https', await HttpServer.listen(https, exchange, logger, https));
    } catch (error) {
      await server.close();
      throw error;
    }
    return server;
  }

  get ports(): NgPorts {
    const ports = [...this.#listeners].map(([transport, { port }]) => [transport, port]);
    return { udp: 0, ...Object.fromEntries(ports) };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#listeners.values()].map((listener) => listener.close()));
  }
}
