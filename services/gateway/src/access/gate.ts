import type { Config } from '@ringback/runtime';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { foreignHost, foreignOrigin, isOwnHost, isSameOrigin } from './origin.ts';
import { equals, hasToken, tokenCookie, tokenNeeded } from './token.ts';

/** What changes something, or opens a stream, is for pages of ours only. */
const SAFE_METHODS = ['GET', 'HEAD'];
const STREAMS = ['/ws', '/sip'];

/**
 * Decides who may use the interface: pages of ours and programs, with the token when there is one. The page itself
 * needs none; opened with `?token=` it gets the cookie and an address without the token, which so stays out of
 * the history.
 */
export function guard(
  app: FastifyInstance,
  config: Pick<Config, 'publicHost' | 'host'>,
  token: string | undefined,
): void {
  const ownNames = [config.publicHost, config.host];
  app.addHook('onRequest', async (request, reply) => {
    const path = pathOf(request);
    const isStream = STREAMS.includes(path);
    if (!isStream && !path.startsWith('/api/')) {
      const given = (request.query as { token?: unknown }).token;
      if (token === undefined || typeof given !== 'string' || request.method !== 'GET') return;
      if (!equals(given, token)) throw tokenNeeded();
      return reply.header('set-cookie', tokenCookie(token)).redirect(withoutToken(request.url), 303);
    }
    if (token === undefined && !isOwnHost(request.headers.host, ownNames)) throw foreignHost(request);
    const changes = isStream || !SAFE_METHODS.includes(request.method);
    if (changes && !isSameOrigin(request.headers)) throw foreignOrigin(request);
    if (token !== undefined && !hasToken(request, token)) throw tokenNeeded();
  });
}

/** The route that the request was given to: the path as it was sent could be written in many ways (`/%61pi/…`). */
function pathOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? '';
}

/** Path and query only, so that it never leads to another host. */
function withoutToken(url: string): string {
  const target = new URL(url.replace(/^\/+/, '/'), 'http://localhost');
  target.searchParams.delete('token');
  return target.pathname.replace(/^\/+/, '/') + target.search;
}
