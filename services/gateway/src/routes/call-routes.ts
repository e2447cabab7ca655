import {
  CallAccepted,
  CallBody,
  CallDetail,
  CallPage,
  CallTotals,
  MessageList,
  type MessageList as Messages,
  RtcpReportList,
} from '@ringback/contracts';
import { explanationOf } from '../calls/explanation.ts';
import { HttpProblem } from '../problem.ts';
import { filterOf } from '../records/call-filter.ts';
import { sendCsv, sendJson } from '../records/download.ts';
import type { App, AppDeps } from './route-deps.ts';
import { CallFilterQuery, CallParams, CallQuery, problems } from './schemas.ts';

export async function callRoutes(app: App, { desk, store, flushCaptured }: AppDeps): Promise<void> {
  app.post(
    '/api/calls',
    {
      schema: {
        tags: ['calls'],
        summary: 'Call a phone and speak a text',
        body: CallBody,
        response: { 202: CallAccepted, ...problems(404, 409, 422, 503) },
      },
    },
    async (request, reply): Promise<CallAccepted> => {
      const id = await desk.place(request.body);
      reply.code(202).header('location', `/api/calls/${id}`);
      return { id };
    },
  );

  app.get(
    '/api/calls',
    {
      schema: {
        tags: ['calls'],
        summary: 'Call records, newest first; with Accept: text/csv all of them as a table',
        querystring: CallQuery,
        response: { 200: CallPage, ...problems(422) },
      },
    },
    async (request, reply) => {
      const { limit, cursor, ...query } = request.query;
      const filter = filterOf(query);
      if (prefersCsv(request.headers.accept)) return sendCsv(reply, store.calls, filter) as never;
      return store.calls.list({
        ...filter,
        cursor,
        limit: limit === undefined ? undefined : Number(limit),
      });
    },
  );

  app.get(
    '/api/calls/totals',
    {
      schema: {
        tags: ['calls'],
        summary: 'How many calls a filter lets through, and how they went',
        querystring: CallFilterQuery,
        response: { 200: CallTotals, ...problems(422) },
      },
    },
    ({ query }): Promise<CallTotals> => store.calls.totals(filterOf(query)),
  );

  for (const [format, send] of [
    ['csv', sendCsv],
    ['json', sendJson],
  ] as const)
    app.get(
      `/api/calls.${format}`,
      {
        schema: {
          tags: ['calls'],
          summary: `All the calls that a filter lets through, as a ${format.toUpperCase()} file`,
          querystring: CallFilterQuery,
          response: problems(422),
        },
      },
      (request, reply) => send(reply, store.calls, filterOf(request.query)) as never,
    );

  app.get(
    '/api/calls/:id',
    {
      schema: {
        tags: ['calls'],
        summary: 'A call with its legs, their media statistics, its events, and why it ended as it did',
        params: CallParams,
        response: { 200: CallDetail, ...problems(404, 422) },
      },
    },
    async ({ params }): Promise<CallDetail> => {
      const detail = await store.calls.detail(params.id);
      if (!detail) throw unknownCall();
      return { ...detail, why: await explanationOf({ store, flushCaptured }, detail) };
    },
  );

  app.get(
    '/api/calls/:id/messages',
    {
      schema: {
        tags: ['calls'],
        summary: 'SIP messages of all legs, in wire order',
        params: CallParams,
        response: { 200: MessageList, ...problems(404, 422) },
      },
    },
    async ({ params }): Promise<Messages> => {
      await flushCaptured();
      const messages = await store.messages.ofCall(params.id);
      if (messages.length === 0 && !(await store.calls.get(params.id))) throw unknownCall();
      return { messages };
    },
  );

  app.get(
    '/api/calls/:id/rtcp',
    {
      schema: {
        tags: ['calls'],
        summary: 'What the endpoints said by RTCP of the media they heard; thinned out in a long call',
        params: CallParams,
        response: { 200: RtcpReportList, ...problems(404, 422) },
      },
    },
    async ({ params }): Promise<RtcpReportList> => {
      await flushCaptured();
      const reports = await store.reports.ofCall(params.id);
      if (reports.length === 0 && !(await store.calls.get(params.id))) throw unknownCall();
      return { reports };
    },
  );

  app.delete(
    '/api/calls/:id',
    {
      schema: {
        tags: ['calls'],
        summary: 'Hang up',
        params: CallParams,
        response: { 202: CallAccepted, ...problems(404, 409, 422) },
      },
    },
    async ({ params }, reply): Promise<CallAccepted> => {
      await desk.hangUp(params.id);
      reply.code(202);
      return { id: params.id };
    },
  );
}

export function unknownCall(): HttpProblem {
  return new HttpProblem(404, 'There is no such call.', {
    field: 'id',
    remedy: 'GET /api/calls lists the calls that there are.',
  });
}

function prefersCsv(accept = ''): boolean {
  return /\btext\/csv\b/i.test(accept);
}
