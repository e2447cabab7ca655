import { createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Logger } from '@ringback/runtime';
import { listenError } from '../transport/bind.ts';
import { serverTls, type TlsCertificate } from '../transport/tls-options.ts';
import { Admission } from './admission.ts';
import type { ConnectionSettings } from './application-connection.ts';

/** Where applications connect. */
export interface AdminPorts {
  /** IP address. */
  host: string;
  /** 0 lets the system choose; left out, there is no plain port. */
  port?: number;
  /** The same over TLS 1.2 and up. Needs a certificate. */
  tlsPort?: number;
}

export interface AdminServer {
  /** 0 when there is none. */
  readonly port: number;
  readonly tlsPort: number;
  /** Applications that have shown the secret. */
  readonly applicationCount: number;
  close(): Promise<void>;
}

/** @throws what listenError makes of a port that cannot be bound, or an Error that names what is missing. */
export async function listenAdmin(
  at: AdminPorts,
  settings: ConnectionSettings,
  tls?: TlsCertificate,
): Promise<AdminServer> {
  const { host, port, tlsPort } = at;
  const { logger } = settings;
  if (port === undefined && tlsPort === undefined) throw new Error('admin: a port or a tlsPort is needed');
  const admission = new Admission(settings);
  const open: Server[] = [];
  const close = async () => {
    const closed = open.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    admission.endAll();
    await Promise.all(closed);
  };
  const listen = async (server: Server, wanted: number): Promise<number> => {
    open.push(server);
    return listenOn(server, { host, port: wanted }, logger);
  };
  try {
    return {
      port: port === undefined ? 0 : await listen(plainServer(admission), port),
      tlsPort: tlsPort === undefined ? 0 : await listen(tlsServer(admission, logger, tls), tlsPort),
      get applicationCount() {
        return admission.applicationCount;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function plainServer(admission: Admission): Server {
  return createServer((socket) => admission.welcome(socket));
}

function tlsServer(admission: Admission, logger: Logger, tls: TlsCertificate | undefined): Server {
  if (!tls) throw new Error('admin: the TLS port needs a certificate and its key');
  // Applications show the secret; certificates are asked of SIP clients only.
  const settings = serverTls({ ...tls, verifyClients: false }, 10_000);
  const server = createTlsServer(settings, (socket) => admission.welcome(socket));
  server.on('tlsClientError', (error, socket) => {
    logger.debug({ err: error }, 'admin TLS handshake');
    socket.destroy();
  });
  return server;
}

/** @returns the port it got. */
function listenOn(server: Server, at: { host: string; port: number }, logger: Logger): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, 'admin', at)));
    server.listen(at.port, at.host, () => {
      server.removeAllListeners('error');
      server.on('error', (error) => logger.warn({ err: error }, 'admin server socket'));
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : at.port);
    });
  });
}
