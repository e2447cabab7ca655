import type { Server, Socket } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import type { Logger } from '@ringback/runtime';

/** The connections of a server below TLS and HTTP: those that shake hands are counted, and none outlives the server. */
export class RawConnections {
  readonly #sockets = new Set<Socket>();
  #secured = 0;

  /** `maxHandshakes`: so many may be on the way to TLS at a time; one more is cut. */
  constructor(server: Server | TlsServer, logger: Logger, maxHandshakes: number | undefined) {
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      if (maxHandshakes !== undefined && this.#sockets.size - this.#secured > maxHandshakes) socket.destroy();
    });
    // Of a handshake that takes too long the server only tells.
    server.on('tlsClientError', (error: Error, socket: Socket) => {
      logger.debug({ err: error }, 'tls handshake');
      socket.destroy();
    });
    server.on('secureConnection', (socket: Socket) => {
      this.#secured += 1;
      socket.on('close', () => {
        this.#secured -= 1;
      });
    });
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
