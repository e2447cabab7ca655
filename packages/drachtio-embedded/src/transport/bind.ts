import type { Server, Socket } from 'node:net';
import type { Logger } from '@ringback/runtime';
import type { Clock } from '../clock.ts';
import { formatAddress, type TransportEvents, type TransportName } from './flow.ts';
import type { OwnAddress } from './own-address.ts';
import type { TlsCertificate } from './tls-options.ts';

/** What a listener needs to open its socket. */
export interface BindRequest {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  /** Under which address peers are told to reach it. */
  own: OwnAddress;
  maxMessageBytes: number;
  /** A stream that nobody holds is closed after so long without a byte. */
  idleMs: number;
  /** A connection of ours that is not open by then is given up. */
  connectMs: number;
  /** TLS and the WebSocket upgrade have to be done by then. */
  handshakeMs: number;
  /** TCP probes of a silent connection; 0 for none. */
  keepAliveMs: number;
  /** A listener takes no more than so many connections at a time, */
  maxConnections: number;
  /** and of those no more than so many that have not finished their TLS handshake. */
  maxHandshakes: number;
  /** Pages that may open a WebSocket, by their Origin; undefined: all. */
  origins: readonly string[] | undefined;
  clock: Clock;
  logger: Logger;
  tls?: TlsCertificate;
}

/** Lets only those connections in that are wanted, before a handshake costs anything. */
export function admitConnections(server: Server, events: Pick<TransportEvents, 'accepts'>): void {
  server.on('connection', (socket: Socket) => {
    if (!events.accepts(socket)) socket.destroy();
  });
}

/** The system's error with its `code` kept and a message that names what could not be bound. */
export function listenError(
  cause: Error,
  transport: TransportName | 'admin' | 'prometheus',
  at: { host: string; port: number },
): Error {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : 'EUNKNOWN';
  const why = code === 'EADDRINUSE' ? 'is already in use' : `cannot be bound (${code})`;
  return Object.assign(new Error(`${transport} ${formatAddress(at)} ${why}`, { cause }), { code });
}

/** Opens a server's socket and gives its port. What is bound to `::` speaks IPv6 only, as for UDP. */
export function listening(
  server: Server,
  transport: TransportName,
  { host, port }: Pick<BindRequest, 'host' | 'port'>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => reject(listenError(error, transport, { host, port }));
    server.once('error', refuse);
    server.listen({ port, host, ipv6Only: true }, () => {
      server.off('error', refuse);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}
