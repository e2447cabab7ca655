import { BusError, type Logger } from '@ringback/runtime';
import { SpeechError, type SpeechErrorCode } from '@ringback/speech';
import { StoreError } from '@ringback/store';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem, problemOf } from './problem.ts';

/** Every error of every route leaves as `application/problem+json`; what nobody foresaw is logged and told as 500. */
export function replyWithProblems(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = httpProblemOf(error);
    if (problem.status >= 500 && !(error instanceof HttpProblem))
      logger.error({ err: error, method: request.method, route: request.routeOptions.url }, 'request failed');
    return sendProblem(reply, problem);
  });
}

export function sendProblem(reply: FastifyReply, problem: HttpProblem): FastifyReply {
  const { retryAfterSec } = problem.hints;
  if (retryAfterSec !== undefined) reply.header('retry-after', retryAfterSec);
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(problemOf(problem));
}

export function unknownPath({ method, url }: FastifyRequest): HttpProblem {
  return new HttpProblem(404, `There is no ${method} ${url.split('?')[0]}.`, {
    remedy: 'The whole interface is described at /docs.',
  });
}

function httpProblemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof SpeechError) return speechProblem(error);
  if (error instanceof BusError) return busProblem(error);
  if (error instanceof StoreError) return storeProblem(error);
  return requestProblem(error as FastifyError);
}

function storeProblem({ code }: StoreError): HttpProblem {
  if (code === 'bad-cursor')
    return new HttpProblem(422, 'The cursor is none that this list has given.', {
      field: 'cursor',
      remedy: 'Take nextCursor of the page before, or start without a cursor.',
    });
  return new HttpProblem(503, 'The database does not answer.', {
    retryAfterSec: 5,
    remedy: 'Calls that are up go on. Try again when GET /api/health says that the database is back.',
  });
}

/** What Fastify found wrong with a request, and every other error. */
function requestProblem(error: FastifyError): HttpProblem {
  if (error.validation) return validationProblem(error.validation, error.validationContext);
  switch (error.statusCode) {
    case 400:
      return new HttpProblem(400, 'The body is not the JSON that was announced.', {
        remedy: 'Send a JSON object.',
      });
    case 413:
      return new HttpProblem(413, 'The body is larger than 64 KB.', { remedy: 'Send a shorter text.' });
    case 415:
      return new HttpProblem(415, 'The body is not JSON.', {
        remedy: 'Send JSON with the header Content-Type: application/json.',
      });
    case 429:
      return new HttpProblem(429, 'Too many requests from this address.', {
        remedy: 'Wait a minute, then try again.',
      });
    default:
      return new HttpProblem(500, 'Something went wrong inside Ringback.', {
        remedy: 'Look at the terminal where it runs; its log has the details.',
      });
  }
}

interface Fault {
  keyword: string;
  instancePath: string;
  params: Record<string, unknown>;
  message?: string | undefined;
}

const REMEDIES: Readonly<Record<string, string>> = {
  to: 'Give a number or a name: 1 to 64 letters, digits or any of + * # . _ -',
  number: 'Give a number or a name: 1 to 64 letters, digits or any of + * # . _ -',
  text: 'Give 1 to 5000 characters; of control characters only line breaks and tabs.',
  displayName: 'Give 1 to 64 characters without control characters.',
  transport: 'Give udp, tcp or tls.',
  from: 'Give 1 to 64 characters without control characters; as a time, ISO 8601 such as 2026-03-01T10:00:00Z.',
  voiceId: 'Take the id of a voice of GET /api/voices.',
  status:
    'Give one or several, with commas between them, of queued, ringing, in-progress, completed, busy, no-answer, failed, canceled.',
  q: 'Give up to 200 characters.',
  caller: 'Give a number, or part of a name: 1 to 64 characters.',
  callee: 'Give a number, or part of a name: 1 to 64 characters.',
  minDuration: 'Give seconds, such as 30 or 0.5.',
  maxDuration: 'Give seconds, such as 30 or 0.5.',
  mosBelow: 'Give a MOS from 1 to 5, such as 3.6.',
  sipStatus: 'Give a status such as 486, or a class such as 4xx.',
  limit: 'Give a whole number from 1 to 1000.',
  since: 'Give the seq of the last event that was read.',
  id: 'Give the id as POST /api/calls has returned it.',
};

function validationProblem(faults: readonly object[], context = 'body'): HttpProblem {
  const fault = faults[0] as Fault;
  const missing = fault.params.missingProperty ?? fault.params.additionalProperty;
  const path = fault.instancePath.slice(1).replaceAll('/', '.');
  const field = typeof missing === 'string' ? missing : path || context;
  return new HttpProblem(422, sentenceOf(fault, field), { field, remedy: REMEDIES[field] });
}

function sentenceOf({ keyword, message }: Fault, field: string): string {
  switch (keyword) {
    case 'required':
      return `${field} is missing.`;
    case 'additionalProperties':
      return `${field} is not known here.`;
    case 'pattern':
      return `${field} has characters that are not allowed, or the wrong length.`;
    default:
      return `${field} ${message ?? 'is not usable'}.`;
  }
}

function busProblem({ code, message }: BusError): HttpProblem {
  switch (code) {
    case 'not-found':
      return new HttpProblem(404, sentence(message));
    case 'conflict':
      return new HttpProblem(409, sentence(message));
    case 'refused':
    case 'unavailable':
      return new HttpProblem(503, sentence(message), { retryAfterSec: 2, remedy: 'Try again in a moment.' });
    case 'no-server':
    case 'timeout':
      return new HttpProblem(503, 'The part of Ringback that does this is not running.', {
        retryAfterSec: 5,
        remedy: 'GET /api/health says which part is down. Try again in a moment.',
      });
    case 'failed':
      return new HttpProblem(500, sentence(message));
    default:
      return code satisfies never;
  }
}

interface SpeechRule {
  status: number;
  field?: string;
  retryAfterSec?: number;
  remedy?: string;
}

const MEANWHILE = 'Until then a built-in voice can speak.';
const AGAIN = 'Try again in a few seconds, or let a built-in voice speak.';

const SPEECH_RULES = {
  'empty-text': { status: 422, field: 'text' },
  'text-too-long': { status: 422, field: 'text' },
  'unsupported-text': { status: 422, field: 'text' },
  'voice-not-found': { status: 404, field: 'voiceId', remedy: REMEDIES.voiceId! },
  'bad-request': { status: 422 },
  'invalid-key': {
    status: 502,
    remedy: `Put a valid key into ELEVENLABS_API_KEY and start Ringback again. ${MEANWHILE}`,
  },
  quota: { status: 502, remedy: MEANWHILE },
  'plan-limit': {
    status: 502,
    remedy: `Choose another voice of the account, or a larger plan. ${MEANWHILE}`,
  },
  'rate-limited': { status: 503, retryAfterSec: 5, remedy: AGAIN },
  unavailable: { status: 503, retryAfterSec: 5, remedy: AGAIN },
  'bad-audio': { status: 502 },
  timeout: { status: 504, remedy: AGAIN },
  aborted: { status: 503 },
  'no-ffmpeg': { status: 503 },
  'transcoder-failed': { status: 502 },
} satisfies Record<SpeechErrorCode, SpeechRule>;

function speechProblem({ code, message }: SpeechError): HttpProblem {
  const { status, ...hints }: SpeechRule = SPEECH_RULES[code];
  return new HttpProblem(status, sentence(message), hints);
}

function sentence(text: string): string {
  const [first = '', ...rest] = text;
  return `${first.toUpperCase()}${rest.join('')}${/[.!?]$/.test(text) ? '' : '.'}`;
}
