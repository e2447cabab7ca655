import type { Problem, SpeechFile, VoicePage } from '@ringback/contracts';
import { createSpeech, type Speech, SpeechError } from '@ringback/speech';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  gatewayUnderTest,
  logger,
  startStore,
  type TestGateway,
  type TestStore,
} from './gateway-under-test.ts';

let database: TestStore;
let speech: Speech;
let gateway: TestGateway;
beforeAll(async () => {
  database = await startStore();
  speech = await createSpeech({ dataDir: database.dataDir, logger });
}, 60_000);
afterAll(async () => {
  await speech?.close();
  await database?.close();
});
afterEach(() => gateway.close());

describe('speech', () => {
  it('lists voices', async () => {
    gateway = await gatewayUnderTest(database.store, { speech });
    const page = (await gateway.app.inject({ url: '/api/voices' })).json<VoicePage>();
    expect(page.voices.length).toBeGreaterThan(0);
    expect(page.voices[0]).toMatchObject({ provider: 'builtin', name: expect.any(String) });
    expect(page.nextCursor).toBeNull();
    const of = async (provider: string) =>
      (await gateway.app.inject({ url: `/api/voices?provider=${provider}` })).json<VoicePage>().voices;
    expect(await of('builtin')).toEqual(page.voices);
    expect(await of('elevenlabs')).toEqual([]);
  });

  it('is made into a file that is the same for the same text, and read in ranges', async () => {
    gateway = await gatewayUnderTest(database.store, { speech });
    const say = () =>
      gateway.app.inject({ method: 'POST', url: '/api/speech', payload: { text: 'Your table is ready.' } });
    const first = await say();
    expect(first.statusCode).toBe(201);
    const file = first.json<SpeechFile>();
    expect(file).toMatchObject({ provider: 'builtin', cached: false, url: `/api/speech/${file.id}.wav` });
    expect(file.firstAudioMs).toBeGreaterThan(0);
    expect((await say()).json()).toEqual({ ...file, cached: true, firstAudioMs: expect.any(Number) });

    const sound = await gateway.app.inject({ url: file.url });
    expect(sound.headers).toMatchObject({ 'content-type': 'audio/wav', 'accept-ranges': 'bytes' });
    expect(sound.headers['cache-control']).toContain('immutable');
    expect(sound.rawPayload.toString('latin1', 0, 4)).toBe('RIFF');
    // 8 kHz mu-law: eight bytes a millisecond, and a header.
    expect(Math.abs(sound.rawPayload.length / 8 - file.durationMs)).toBeLessThan(20);
    const part = await gateway.app.inject({ url: file.url, headers: { range: 'bytes=4-7' } });
    expect(part).toMatchObject({ statusCode: 206, rawPayload: sound.rawPayload.subarray(4, 8) });
  });

  it('has no file of what was never spoken', async () => {
    gateway = await gatewayUnderTest(database.store, { speech });
    expect((await gateway.app.inject({ url: `/api/speech/${'0'.repeat(40)}.wav` })).statusCode).toBe(404);
    for (const name of ['..%2f..%2fetc%2fpasswd', 'x.wav', `${'0'.repeat(40)}.mp3`])
      expect((await gateway.app.inject({ url: `/api/speech/${name}` })).statusCode).toBe(422);
  });

  it.each([
    ['voice-not-found', 404, 'voiceId'],
    ['unsupported-text', 422, 'text'],
    ['invalid-key', 502, undefined],
    ['rate-limited', 503, undefined],
    ['timeout', 504, undefined],
  ] as const)('tells %s as %i', async (code, status, field) => {
    const say = () => Promise.reject(new SpeechError(code, 'set ELEVENLABS_API_KEY'));
    gateway = await gatewayUnderTest(database.store, { speech: { ...speech, say } });
    const answer = await gateway.app.inject({ method: 'POST', url: '/api/speech', payload: { text: 'x' } });
    const problem = answer.json<Problem>();
    expect({ ...problem, field: problem.field }).toMatchObject({
      status,
      field,
      detail: 'Set ELEVENLABS_API_KEY.',
    });
    expect(answer.statusCode).toBe(status);
    if (status === 503) expect(answer.headers['retry-after']).toBeDefined();
  });

  it('names the text when it is missing', async () => {
    gateway = await gatewayUnderTest(database.store, { speech });
    const answer = await gateway.app.inject({ method: 'POST', url: '/api/speech', payload: { text: '' } });
    expect(answer.json()).toMatchObject({ status: 422, field: 'text', remedy: expect.any(String) });
  });
});
