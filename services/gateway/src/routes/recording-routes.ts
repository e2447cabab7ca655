import { basename, dirname } from 'node:path';
import { Readable } from 'node:stream';
import { type Call, isEnded, QualityHistory, RecordingBody, RecordingState } from '@ringback/contracts';
import { BusError } from '@ringback/runtime';
import { HttpProblem } from '../problem.ts';
import { callCapture } from '../recording/call-capture.ts';
import { unknownCall } from './call-routes.ts';
import type { App, AppDeps } from './route-deps.ts';
import { CallParams, problems } from './schemas.ts';

/** What was heard of a call: its quality by the second, its sound, and its packets. */
export async function recordingRoutes(
  app: App,
  { store, bus, recordings, quality, flushCaptured }: AppDeps,
): Promise<void> {
  const known = async (id: string): Promise<Call> => {
    const call = await store.calls.get(id);
    if (!call) throw unknownCall();
    return call;
  };
  const found = async (id: string) => {
    const recording = await recordings.find(id);
    if (recording) return recording;
    await known(id);
    throw new HttpProblem(404, 'There is no recording of this call.', {
      remedy:
        'PUT /api/calls/{id}/recording begins one while the call is up; RINGBACK_RECORD_CALLS=yes records each.',
    });
  };

  app.get(
    '/api/calls/:id/quality',
    {
      schema: {
        tags: ['calls'],
        summary: 'Loss, jitter, round trip and MOS of both directions over time',
        description: 'A point is one second; in a call of more than ten minutes later points are of more.',
        params: CallParams,
        response: { 200: QualityHistory, ...problems(404, 422) },
      },
    },
    async ({ params }): Promise<QualityHistory> => {
      const open = await quality.settle(params.id);
      const points = [...(await store.quality.ofCall(params.id)), ...open];
      if (points.length === 0) await known(params.id);
      return { points };
    },
  );

  app.get(
    '/api/calls/:id/recording',
    {
      schema: {
        tags: ['calls'],
        summary: 'Whether the call is or was recorded',
        params: CallParams,
        response: { 200: RecordingState, ...problems(404, 422) },
      },
    },
    async ({ params }): Promise<RecordingState> => {
      const { status } = await known(params.id);
      return { recording: await recordings.describe(params.id, !isEnded(status)) };
    },
  );

  app.put(
    '/api/calls/:id/recording',
    {
      schema: {
        tags: ['calls'],
        summary: 'Begin, go on with, or pause the recording of a call that is up',
        params: CallParams,
        body: RecordingBody,
        response: { 200: RecordingState, ...problems(404, 409, 422, 503) },
      },
    },
    async ({ params, body }): Promise<RecordingState> => {
      const { status } = await known(params.id);
      if (status !== 'in-progress') throw notUp(status);
      await record(params.id, body.on);
      return { recording: await recordings.describe(params.id, true) };
    },
  );

  app.get(
    '/api/calls/:id/recording.wav',
    {
      schema: {
        tags: ['calls'],
        summary:
          'The sound of the call: 16 bit, 8 kHz, the caller on the left, the called party on the right',
        params: CallParams,
        produces: ['audio/wav'],
      },
    },
    async ({ params }, reply) => {
      const { row } = await found(params.id);
      const path = recordings.path(row.wav);
      return reply
        .headers({ 'cache-control': 'no-store', 'content-disposition': attachment(`${params.id}.wav`) })
        .type('audio/wav')
        .sendFile(basename(path), dirname(path), { cacheControl: false });
    },
  );

  app.get(
    '/api/calls/:id/capture.pcap',
    {
      schema: {
        tags: ['calls'],
        summary: 'SIP of every leg and, if the call was recorded, its RTP in the clear, for Wireshark',
        params: CallParams,
        produces: ['application/vnd.tcpdump.pcap'],
      },
    },
    async ({ params }, reply) => {
      await flushCaptured();
      const [messages, recording] = await Promise.all([
        store.messages.ofCall(params.id),
        recordings.find(params.id),
      ]);
      if (messages.length === 0) await known(params.id);
      const capture = callCapture(messages, recording ? recordings.path(recording.row.pcap) : undefined);
      return reply
        .headers({ 'cache-control': 'no-store', 'content-disposition': attachment(`${params.id}.pcap`) })
        .type('application/vnd.tcpdump.pcap')
        .send(Readable.from(capture));
    },
  );

  async function record(callId: string, on: boolean): Promise<void> {
    try {
      await bus.request('call.record', { callId, on });
    } catch (error) {
      if (!(error instanceof BusError) || (error.code !== 'refused' && error.code !== 'not-found'))
        throw error;
      throw new HttpProblem(409, `The call cannot be recorded: ${error.message}.`, {
        remedy: 'The embedded media server records; GET /api/health says which one is used.',
      });
    }
  }
}

function notUp(status: Call['status']): HttpProblem {
  return new HttpProblem(
    409,
    isEnded(status) ? 'The call has ended already.' : 'The call is not answered yet.',
    { field: 'id', remedy: 'A call is recorded from its answer to its end.' },
  );
}

function attachment(name: string): string {
  return `attachment; filename="call-${name}"`;
}
