import type { Problem } from '@ringback/contracts';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Token needed',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Too large',
  415: 'Not JSON',
  422: 'Not usable as it is',
  426: 'WebSocket only',
  429: 'Too many requests',
  500: 'Fault in Ringback',
  502: 'Speech service failed',
  503: 'Not available now',
  504: 'No answer in time',
};

export interface ProblemHints {
  /** The part of the request that is wrong. */
  field?: string | undefined;
  /** What to do about it, as a sentence. */
  remedy?: string | undefined;
  /** For the Retry-After header. */
  retryAfterSec?: number | undefined;
}

/** An answer other than the one asked for, as RFC 9457 has it. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly hints: ProblemHints;

  constructor(status: number, detail: string, hints: ProblemHints = {}) {
    super(detail);
    this.name = 'HttpProblem';
    this.status = status;
    this.hints = hints;
  }
}

export function problemOf({ status, message, hints: { field, remedy } }: HttpProblem): Problem {
  return {
    type: 'about:blank',
    title: titleOf(status),
    status,
    detail: message,
    ...(field === undefined ? {} : { field }),
    ...(remedy === undefined ? {} : { remedy }),
  };
}

export function titleOf(status: number): string {
  return TITLES[status] ?? `HTTP ${status}`;
}
