import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Logger } from '@ringback/runtime';
import type { Registry } from 'prom-client';
import { listenError } from '../transport/bind.ts';

export interface ScrapeServer {
  readonly port: number;
  close(): Promise<void>;
}

/** More than any Prometheus needs; a stranger gets no more either. */
const MAX_CONNECTIONS = 32;

/** Answers `GET /metrics`. @throws what listenError makes of a port that cannot be bound. */
export function listenForScrapes(
  at: { host: string; port: number },
  registry: Registry,
  logger: Logger,
): Promise<ScrapeServer> {
  const server = createServer({ requestTimeout: 5000, headersTimeout: 5000 }, (request, response) => {
    scrape(registry, request, response).catch((error: unknown) => {
      logger.error({ err: error }, 'a scrape failed');
      response.writeHead(500).end();
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, 'prometheus', at)));
    server.listen(at.port, at.host, () => {
      server.removeAllListeners('error');
      server.on('error', (error) => logger.warn({ err: error }, 'prometheus server socket'));
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address ? address.port : at.port,
        close: () => {
          const closed = new Promise<void>((done) => server.close(() => done()));
          server.closeAllConnections();
          return closed;
        },
      });
    });
  });
}

async function scrape(registry: Registry, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url?.split('?', 1)[0];
  if (path !== '/metrics') {
    response.writeHead(404).end();
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end();
  } else {
    const text = await registry.metrics();
    response.writeHead(200, { 'Content-Type': registry.contentType }).end(text);
  }
}
