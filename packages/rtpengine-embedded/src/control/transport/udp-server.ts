import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { errorReply, readNgFrame, writeNgFrame } from '@ringback/rtpengine-ng';
import type { Logger } from '@ringback/runtime';
import type { NgExchange } from '../ng-exchange.ts';
import { type ListenAddress, listenError } from './listening.ts';

/** What IPv4 can carry (65,535 less the headers of IP and UDP). */
const MAX_DATAGRAM = 65_507;

/** The NG protocol over UDP: a message is a datagram. */
export class UdpServer {
  readonly port: number;
  readonly #socket: Socket;
  readonly #exchange: NgExchange;
  readonly #logger: Logger;
  #closed = false;

  private constructor(socket: Socket, exchange: NgExchange, logger: Logger) {
    this.#socket = socket;
    this.#exchange = exchange;
    this.#logger = logger;
    this.port = socket.address().port;
    socket.on('message', (bytes, from) => void this.#receive(bytes, from));
    socket.on('error', (error) => logger.error({ err: error }, 'NG socket failed'));
  }

  /** @throws Error with a sentence, and `code: 'EADDRINUSE'` when the port is taken. */
  static async listen(address: ListenAddress, exchange: NgExchange, logger: Logger): Promise<UdpServer> {
    const socket = createSocket(isIPv6(address.host) ? 'udp6' : 'udp4');
    const listening = once(socket, 'listening');
    socket.bind(address.port, address.host);
    try {
      await listening;
    } catch (error) {
      socket.close();
      throw listenError(error as NodeJS.ErrnoException, address, 'UDP');
    }
    return new UdpServer(socket, exchange, logger);
  }

  async #receive(bytes: Buffer, { address, port }: RemoteInfo): Promise<void> {
    const reply = await this.#exchange.answer(bytes, address);
    if (!reply || this.#closed) return;
    const datagram = reply.length <= MAX_DATAGRAM ? reply : tooLarge(bytes);
    this.#socket.send(datagram, port, address, (error) => {
      if (error) this.#logger.warn({ err: error }, 'NG reply not sent');
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#socket.close();
    await once(this.#socket, 'close');
  }
}

function tooLarge(command: Uint8Array): Uint8Array {
  const { cookie = '', encoding } = readNgFrame(command);
  const reason = 'The reply is larger than a datagram: ask for less, or over TCP or WebSocket';
  return writeNgFrame(cookie, errorReply(reason), encoding);
}
