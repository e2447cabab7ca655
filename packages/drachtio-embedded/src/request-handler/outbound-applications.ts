import { connect } from 'node:net';
import { connect as connectTls, rootCertificates } from 'node:tls';
import { ApplicationConnection, type ConnectionSettings } from '../application/application-connection.ts';
import type { Application } from '../application/connection.ts';
import type { ApplicationAddress } from './application-address.ts';

export interface OutboundTarget {
  address: ApplicationAddress;
  /** Whether a TLS application needs a certificate we trust. */
  verifyPeer: boolean;
  /** More authorities to trust, PEM. */
  ca?: string;
}

/** A host that does not answer is given up after so long. */
const CONNECT_MS = 3000;

/** Connections that the server opens to applications that listen, one for each new request. */
export class OutboundApplications {
  readonly #connections = new Set<ApplicationConnection>();
  #authenticated = 0;

  /** Those being opened included. */
  get size(): number {
    return this.#connections.size;
  }

  /** Those that have shown the secret. */
  get authenticatedCount(): number {
    return this.#authenticated;
  }

  /**
   * Settled once the application has shown the secret, which is for it to do, and has been let in.
   * @throws Error when it cannot be reached or does not show it.
   */
  open(target: OutboundTarget, settings: ConnectionSettings): Promise<Application> {
    const socket = dial(target);
    const cancelDeadline = settings.clock.after(CONNECT_MS, () => {
      if (socket.connecting) socket.destroy(new Error('no connection in time'));
    });
    return new Promise((resolve, reject) => {
      let reason = new Error('it closed the connection without the secret');
      socket.on('error', (error) => {
        reason = error;
      });
      const connection = new ApplicationConnection(socket, settings, {
        ready: () => {
          this.#authenticated += 1;
          resolve(connection);
        },
        closed: () => {
          cancelDeadline();
          this.#connections.delete(connection);
          if (connection.authenticated) this.#authenticated -= 1;
          reject(reason);
        },
      });
      this.#connections.add(connection);
    });
  }

  close(): void {
    for (const connection of [...this.#connections]) connection.end();
  }
}

function dial({ address: { host, port, tls }, verifyPeer, ca }: OutboundTarget) {
  if (!tls) return connect({ host, port });
  return connectTls({
    host,
    port,
    rejectUnauthorized: verifyPeer,
    minVersion: 'TLSv1.2',
    ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
  });
}
