import websocket from '@fastify/websocket';
import type { Logger } from '@ringback/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import { EventReader } from '../events/event-reader.ts';
import { HttpProblem } from '../problem.ts';
import { MAX_SIP_MESSAGE_BYTES, relaySip, SIP_SUBPROTOCOL } from '../sip-relay.ts';
import type { App, AppDeps } from './route-deps.ts';
import { StreamQuery } from './schemas.ts';

/** A household of tabs, not a flood. */
const MAX_STREAMS_PER_ADDRESS = 100;

/**
 * Before the hooks that refuse requests: what they refuse is closed only when this plugin knows it for an upgrade.
 */
export async function takeUpgrades(app: App, logger: Logger): Promise<void> {
  await app.register(websocket, {
    options: {
      maxPayload: MAX_SIP_MESSAGE_BYTES,
      perMessageDeflate: false,
      handleProtocols: (offered) => offered.has(SIP_SUBPROTOCOL) && SIP_SUBPROTOCOL,
    },
    errorHandler: (error, socket) => {
      logger.debug({ err: error }, 'a WebSocket failed');
      socket.terminate();
    },
    // Told why, and not waited for: a reader that does not read would hold up the end.
    preClose(done) {
      for (const socket of this.websocketServer.clients) {
        socket.close(1001, 'Ringback is stopping');
        setTimeout(() => socket.terminate(), CLOSE_PATIENCE_MS).unref();
      }
      this.websocketServer.close(() => done());
    },
  });
}

export async function streamRoutes(
  app: App,
  { events, config, logger }: AppDeps,
  clients: StreamClients,
): Promise<void> {
  app.route({
    method: 'GET',
    url: '/ws',
    schema: { querystring: StreamQuery, hide: true },
    preHandler: async (request) => clients.admit('events', request),
    handler: upgradeNeeded,
    wsHandler: (socket, request) => {
      clients.count('events', request, socket);
      const { since } = request.query;
      new EventReader(socket, events, since === undefined ? null : Number(since));
    },
  });

  app.route({
    method: 'GET',
    url: '/sip',
    schema: { hide: true },
    preHandler: async (request) => {
      const offered = request.headers['sec-websocket-protocol']?.split(',').map((each) => each.trim());
      // RFC 7118 4: without the subprotocol it is no SIP.
      if (request.ws && !offered?.includes(SIP_SUBPROTOCOL))
        throw new HttpProblem(400, 'This WebSocket speaks the subprotocol sip only.', {
          field: 'Sec-WebSocket-Protocol',
          remedy: 'Offer the subprotocol sip (RFC 7118).',
        });
      clients.admit('sip', request);
    },
    handler: upgradeNeeded,
    wsHandler: (socket, request) => {
      clients.count('sip', request, socket);
      relaySip(socket, config.sipWsUrl, logger);
    },
  });
}

const CLOSE_PATIENCE_MS = 1000;

async function upgradeNeeded(_request: FastifyRequest, reply: FastifyReply): Promise<never> {
  reply.header('upgrade', 'websocket');
  throw new HttpProblem(426, 'This path speaks WebSocket only.', {
    remedy: 'Open it with a WebSocket client.',
  });
}

type StreamKind = 'events' | 'sip';

/** Who is connected: for the metrics, and to bound what one address may hold. */
export class StreamClients {
  readonly #connected = { events: new Map<string, number>(), sip: new Map<string, number>() };

  total(kind: StreamKind): number {
    return [...this.#connected[kind].values()].reduce((sum, count) => sum + count, 0);
  }

  /** @throws HttpProblem when the address has enough of them. */
  admit(kind: StreamKind, { ip }: FastifyRequest): void {
    if ((this.#connected[kind].get(ip) ?? 0) < MAX_STREAMS_PER_ADDRESS) return;
    throw new HttpProblem(429, 'Too many connections from this address.', {
      retryAfterSec: 60,
      remedy: 'Close pages that are not needed.',
    });
  }

  count(kind: StreamKind, { ip }: FastifyRequest, socket: WebSocket): void {
    const counts = this.#connected[kind];
    counts.set(ip, (counts.get(ip) ?? 0) + 1);
    socket.once('close', () => {
      const left = (counts.get(ip) ?? 1) - 1;
      if (left > 0) counts.set(ip, left);
      else counts.delete(ip);
    });
  }
}
