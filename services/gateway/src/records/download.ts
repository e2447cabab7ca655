import { Readable } from 'node:stream';
import type { CallRecord } from '@ringback/contracts';
import type { CallFilter, CallStore } from '@ringback/store';
import type { FastifyReply } from 'fastify';
import { csvLines } from './call-csv.ts';

/** So many calls are in memory at a time; the next are read when these have been taken. */
const PAGE = 500;

type Calls = Pick<CallStore, 'list'>;

export function sendCsv(reply: FastifyReply, calls: Calls, filter: CallFilter): FastifyReply {
  return sendFile(reply, 'csv', 'text/csv; charset=utf-8', csvLines(pages(calls, filter)));
}

export function sendJson(reply: FastifyReply, calls: Calls, filter: CallFilter): FastifyReply {
  return sendFile(reply, 'json', 'application/json; charset=utf-8', jsonLines(pages(calls, filter)));
}

function sendFile(
  reply: FastifyReply,
  extension: string,
  type: string,
  lines: AsyncIterable<string>,
): FastifyReply {
  return reply
    .type(type)
    .header('content-disposition', `attachment; filename="ringback-calls.${extension}"`)
    .header('cache-control', 'no-store')
    .serializer((stream: unknown) => stream as string)
    .send(Readable.from(lines));
}

/** One array, a call a line. */
async function* jsonLines(read: AsyncIterable<readonly CallRecord[]>): AsyncGenerator<string> {
  let before = '[\n';
  for await (const calls of read) {
    if (calls.length === 0) continue;
    yield before + calls.map((call) => JSON.stringify(call)).join(',\n');
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

async function* pages(calls: Calls, filter: CallFilter): AsyncGenerator<CallRecord[]> {
  let cursor: string | undefined;
  do {
    const page = await calls.list({ ...filter, cursor, limit: PAGE });
    yield page.calls;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
