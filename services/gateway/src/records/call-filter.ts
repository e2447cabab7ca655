import type { Static } from '@fastify/type-provider-typebox';
import type { CallStatus } from '@ringback/contracts';
import type { CallFilter } from '@ringback/store';
import type { CallFilterQuery } from '../routes/schemas.ts';

/** What the address of a request asks for; its schema has seen to it that every part can be read. */
export function filterOf({
  status,
  from,
  to,
  minDuration,
  maxDuration,
  mosBelow,
  sipStatus,
  ...same
}: Static<typeof CallFilterQuery>): CallFilter {
  return {
    ...same,
    status: status?.split(',') as CallStatus[] | undefined,
    from: utc(from),
    to: utc(to),
    minDurationMs: milliseconds(minDuration),
    maxDurationMs: milliseconds(maxDuration),
    mosBelow: mosBelow === undefined ? undefined : Number(mosBelow),
    sipStatus: sipStatus === undefined ? undefined : range(sipStatus),
  };
}

/** Any zone in, UTC out. */
function utc(time: string | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}

function milliseconds(seconds: string | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(Number(seconds) * 1000);
}

/** `486`, or `4xx` for all of its class (RFC 3261 7.2). */
function range(status: string): { from: number; to: number } {
  if (!status.endsWith('xx')) return { from: Number(status), to: Number(status) };
  const first = Number(status[0]) * 100;
  return { from: first, to: first + 99 };
}
