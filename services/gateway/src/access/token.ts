import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Config } from '@ringback/runtime';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../problem.ts';

const COOKIE = 'ringback-token';

/** The API token of this run: the one that is set, a random one when it is needed, else none. */
export function tokenOf({ token, exposed }: Pick<Config, 'token' | 'exposed'>): string | undefined {
  return token ?? (exposed ? randomBytes(24).toString('base64url') : undefined);
}

/** In the Authorization header (RFC 6750 2.1) or in the cookie that the page was opened with. */
export function hasToken({ headers }: Pick<FastifyRequest, 'headers'>, token: string): boolean {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  const given = bearer ?? cookieValue(headers.cookie);
  return given !== undefined && equals(given, token);
}

/** Compares in constant time; the digests make both sides equally long. */
export function equals(given: string, token: string): boolean {
  const digest = (value: string) => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(given), digest(token));
}

/** No `Secure`: the page may come over HTTP, and `Strict` keeps it from requests that other sites start. */
export function tokenCookie(token: string): string {
  return `${COOKIE}=${token}; Path=/; HttpOnly; SameSite=Strict`;
}

export function tokenNeeded(): HttpProblem {
  return new HttpProblem(401, 'The API token is missing or wrong.', {
    remedy:
      'Open the page with the address that was printed at the start, or send the header Authorization: Bearer <token>.',
  });
}

function cookieValue(cookies: string | undefined): string | undefined {
  const pair = cookies
    ?.split(';')
    .map((each) => each.trim())
    .find((each) => each.startsWith(`${COOKIE}=`));
  return pair?.slice(COOKIE.length + 1);
}
