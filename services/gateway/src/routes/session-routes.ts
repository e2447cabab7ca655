import rateLimit from '@fastify/rate-limit';
import { type IssuedSession, Session, SessionRequest } from '@ringback/contracts';
import { BusError } from '@ringback/runtime';
import { HttpProblem } from '../problem.ts';
import type { App, AppDeps } from './route-deps.ts';
import { problems } from './schemas.ts';

/** A page asks once an hour; each answer is a SIP password. */
const SESSIONS_PER_MINUTE = 30;

export async function sessionRoutes(app: App, { bus, config }: AppDeps): Promise<void> {
  if (config.exposed)
    await app.register(rateLimit, {
      max: SESSIONS_PER_MINUTE,
      timeWindow: '1 minute',
      errorResponseBuilder: (_request, { ttl }) =>
        new HttpProblem(429, 'Too many sessions were asked for from this address.', {
          retryAfterSec: Math.ceil(ttl / 1000),
          remedy: 'Wait a minute, then try again.',
        }),
    });

  app.post(
    '/api/session',
    {
      schema: {
        tags: ['phones'],
        summary: "Short-lived SIP credentials for the page's softphone",
        description: 'Without a number the page gets one of its own, from 2001 up.',
        body: SessionRequest,
        response: { 200: Session, ...problems(404, 422, 429, 503) },
      },
      // A page without a number may send no body at all.
      preValidation: async (request) => {
        request.body ??= {};
      },
    },
    async (request): Promise<Session> => {
      const { number } = request.body;
      const issued = await issue(number);
      const { host, origin } = request.headers;
      // Behind a TLS proxy the page's own scheme tells, since the request comes to us without.
      const scheme = origin?.startsWith('https:') ? 'wss' : 'ws';
      return { ...issued, wsUrl: `${scheme}://${host}/sip`, iceServers: [] };
    },
  );

  async function issue(number: string | undefined): Promise<IssuedSession> {
    try {
      return await bus.request('session.issue', {
        kind: 'page',
        ...(number === undefined ? {} : { number }),
      });
    } catch (error) {
      if (!(error instanceof BusError) || error.code !== 'not-found') throw error;
      throw new HttpProblem(404, `There is no number ${number}.`, {
        field: 'number',
        remedy: 'Ask without a number to get a new one.',
      });
    }
  }
}
