import { basename, dirname } from 'node:path';
import { SpeechBody, SpeechFile, VoicePage } from '@ringback/contracts';
import { HttpProblem } from '../problem.ts';
import type { App, AppDeps } from './route-deps.ts';
import { problems, SpeechParams, VoiceQuery } from './schemas.ts';

/** An utterance's id is the digest of all that makes its sound. */
const FOREVER = 'private, max-age=31536000, immutable';

export async function speechRoutes(app: App, { speech }: AppDeps): Promise<void> {
  app.get(
    '/api/voices',
    {
      schema: {
        tags: ['speech'],
        summary: 'Voices that can speak',
        querystring: VoiceQuery,
        response: { 200: VoicePage, ...problems(422, 502, 503) },
      },
    },
    ({ query }) => speech.voices(query),
  );

  app.post(
    '/api/speech',
    {
      schema: {
        tags: ['speech'],
        summary: 'Speak a text into a file',
        body: SpeechBody,
        response: { 201: SpeechFile, ...problems(404, 422, 502, 503, 504) },
      },
    },
    async (request, reply): Promise<SpeechFile> => {
      const { id, provider, cached, done } = await speech.say(request.body, { signal: abandoned(reply.raw) });
      const { durationMs, firstAudioMs } = await done;
      reply.code(201);
      return { id, url: `/api/speech/${id}.wav`, durationMs, provider, cached, firstAudioMs };
    },
  );

  app.get(
    '/api/speech/:file',
    {
      schema: {
        tags: ['speech'],
        summary: 'What the phone will hear: mu-law, 8 kHz',
        params: SpeechParams,
        produces: ['audio/wav'],
      },
    },
    async ({ params }, reply) => {
      const sound = await speech.wav(params.file.slice(0, -'.wav'.length));
      if (!sound)
        throw new HttpProblem(404, 'There is no such speech (any more).', {
          field: 'id',
          remedy: 'Ask for it again with POST /api/speech.',
        });
      return reply
        .type('audio/wav')
        .header('cache-control', FOREVER)
        .sendFile(basename(sound.path), dirname(sound.path));
    },
  );
}

/** Aborts when the client has gone before its answer: nobody waits for the synthesis any more. */
function abandoned(response: NodeJS.WritableStream & { writableFinished: boolean }): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
