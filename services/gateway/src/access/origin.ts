import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../problem.ts';

/**
 * True for a request that a page of ours makes, or that no page makes at all: the browser's Origin names the same
 * host and port as the request (RFC 6454). The scheme is not compared, a TLS proxy may stand before us.
 */
export function isSameOrigin({
  origin,
  host,
}: {
  origin?: string | undefined;
  host?: string | undefined;
}): boolean {
  if (origin === undefined) return true;
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === canonicalHost(host, origin);
}

/** `host` as a URL of the origin's scheme has it: lower case, without the scheme's own port. */
function canonicalHost(host: string, origin: string): string | undefined {
  const address = `${new URL(origin).protocol}//${host}`;
  return URL.canParse(address) ? new URL(address).host : undefined;
}

/**
 * Without a token, a name of somebody else's that resolves to this machine (DNS rebinding) would make a foreign page
 * a page of ours. So a name counts only if it is one of ours; an address cannot be rebound.
 */
export function isOwnHost(host: string | undefined, ownNames: readonly string[]): boolean {
  const address = `http://${host}`;
  if (host === undefined || !URL.canParse(address)) return false;
  const name = new URL(address).hostname;
  return isIP(name.replace(/^\[|\]$/g, '')) !== 0 || name === 'localhost' || ownNames.includes(name);
}

export function foreignOrigin(request: FastifyRequest): HttpProblem {
  return new HttpProblem(403, `A page of ${request.headers.origin ?? 'another site'} may not use Ringback.`, {
    remedy: 'Open the page that Ringback itself serves.',
  });
}

export function foreignHost(request: FastifyRequest): HttpProblem {
  return new HttpProblem(403, `Ringback does not answer under the name ${request.host}.`, {
    remedy: 'Use localhost or the address, or set RINGBACK_PUBLIC_HOST to the name.',
  });
}
