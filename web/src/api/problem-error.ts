import type { Problem } from '@ringback/contracts';

/** A request that failed, with what to tell the user (RFC 9457). `status` 0: nothing answered. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** What went wrong and what to do about it, in words for a person. */
export interface Trouble {
  sentence: string;
  remedy: string | null;
}

export function troubleOf(error: unknown): Trouble {
  if (error instanceof ProblemError) {
    const { detail, title, remedy } = error.problem;
    return { sentence: detail || title, remedy: remedy ?? null };
  }
  return { sentence: error instanceof Error ? error.message : String(error), remedy: null };
}

export function unreachable(): ProblemError {
  return new ProblemError({
    type: 'about:blank',
    title: 'No answer',
    status: 0,
    detail: 'Ringback does not answer.',
    remedy: 'Look at the terminal where it was started; this page reconnects by itself.',
  });
}

/** The problem in an error response, or one made of its status line if the body is something else. */
export function problemOf(status: number, statusText: string, body: unknown): Problem {
  if (isProblem(body)) return body;
  const title = statusText || `HTTP ${status}`;
  return {
    type: 'about:blank',
    title,
    status,
    detail: `The server answered with ${title}.`,
  };
}

function isProblem(body: unknown): body is Problem {
  if (typeof body !== 'object' || body === null) return false;
  const { title, detail, status } = body as Record<string, unknown>;
  return typeof title === 'string' && typeof detail === 'string' && typeof status === 'number';
}
