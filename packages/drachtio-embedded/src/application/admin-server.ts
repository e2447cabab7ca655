import { createServer, type Server } from 'node:net';
import { listenError } from '../transport/bind.ts';
import { ApplicationConnection, type ConnectionSettings } from './connection.ts';

/** The port applications connect to. */
export interface AdminServer {
  readonly port: number;
  readonly connectionCount: number;
  close(): Promise<void>;
}

export function listenAdmin(
  at: { host: string; port: number },
  settings: ConnectionSettings,
): Promise<AdminServer> {
  const connections = new Set<ApplicationConnection>();
  const server = createServer((socket) => {
    const connection = new ApplicationConnection(socket, settings);
    connections.add(connection);
    socket.on('close', () => connections.delete(connection));
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, 'admin', at)));
    server.listen(at.port, at.host, () => {
      server.removeAllListeners('error');
      server.on('error', (error) => settings.logger.warn({ err: error }, 'admin server socket'));
      resolve(adminServer(server, connections));
    });
  });
}

function adminServer(server: Server, connections: Set<ApplicationConnection>): AdminServer {
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    get connectionCount() {
      return connections.size;
    },
    close: () => {
      for (const connection of connections) connection.end();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
