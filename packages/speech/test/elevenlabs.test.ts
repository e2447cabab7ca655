import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { correlate, decodeMulaw, levelDb } from '@ringback/audio';
import {
  type ElevenLabsFault,
  type ElevenLabsServerOptions,
  elevenLabsRefusals,
  startElevenLabsServer,
} from '@ringback/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { allOf, failureOf, ffmpegChildren, openSpeech, temporaryFolder } from './listening.ts';

const rachel = '21m00Tcm4TlvDq8ikWAM';
const text = 'Good morning. Your table for two is booked for seven this evening.';

async function open(options: ElevenLabsServerOptions = {}, firstByteMs = 2500, gapMs = 3000) {
  const server = await startElevenLabsServer(options);
  onTestFinished(() => server.close());
  const dataDir = temporaryFolder();
  const speech = await openSpeech({ dataDir, elevenLabs: server, patience: { firstByteMs, gapMs } });
  return { server, speech, dataDir };
}

describe('voices of an ElevenLabs account', () => {
  it('are all reached page by page, the built-in ones last', async () => {
    const { server, speech } = await open({ moreVoices: 203 });
    const pages = [await speech.voices({})];
    for (let next = pages[0]!.nextCursor; next; next = pages.at(-1)!.nextCursor)
      pages.push(await speech.voices({ cursor: next }));
    const voices = pages.flatMap((page) => page.voices);
    expect(pages.map((page) => page.voices.length)).toEqual([100, 100, 5 + 5]);
    expect(new Set(voices.map(({ id }) => id)).size).toBe(210);
    expect(voices[0]).toEqual({
      id: rachel,
      name: 'Rachel',
      provider: 'elevenlabs',
      language: 'en',
      labels: { accent: 'american', gender: 'female', language: 'en', category: 'premade' },
      previewUrl: null,
    });
    expect(voices.slice(-5).every(({ provider }) => provider === 'builtin')).toBe(true);
    expect((await speech.voices({ provider: 'builtin' })).voices).toEqual(voices.slice(-5));
    expect(server.requests.map(({ query }) => query.page_size)).toEqual(['100', '100', '100']);
  });

  it('are searched by ElevenLabs', async () => {
    const { server, speech } = await open();
    const { voices } = await speech.voices({ search: 'adam' });
    expect(voices.map(({ name }) => name)).toEqual(['Adam']);
    expect(server.requests[0]?.query.search).toBe('adam');
  });

  it('tell why there are none', async () => {
    const { server } = await open();
    const speech = await openSpeech({ elevenLabs: { ...server, apiKey: 'sk_wrong' } });
    const error = await failureOf(speech.voices({}));
    expect(error).toMatchObject({
      code: 'invalid-key',
      message: expect.stringContaining('ELEVENLABS_API_KEY'),
    });
    expect(error.message).not.toContain('sk_wrong');
    expect(await failureOf(speech.say({ text }))).toMatchObject({ code: 'invalid-key' });
  });
});

describe('speech from ElevenLabs', () => {
  it('is heard while it is still being sent, and is what was sent', async () => {
    const { server, speech } = await open({ pace: 1 });
    const said = await speech.say({ text });
    expect(said).toMatchObject({ provider: 'elevenlabs', voiceId: rachel, cached: false });
    const pieces: Uint8Array[] = [];
    let openAtFirst: number | undefined;
    for await (const piece of said.mulaw()) {
      openAtFirst ??= server.streams.open;
      pieces.push(piece);
    }
    expect(openAtFirst).toBe(1);
    const heard = decodeMulaw(Buffer.concat(pieces));
    expect(levelDb(heard)).toBeGreaterThan(-30);
    expect((await said.done).durationMs).toBeGreaterThan(4000);
    // The server's sound was made of the built-in voice saying the same.
    const original = decodeMulaw(await allOf(await speech.say({ text, voiceId: 'builtin-slt' })));
    expect(correlate(original, heard).score).toBeGreaterThan(0.95);
    expect(ffmpegChildren()).toEqual([]);
  });

  it('is asked for with the key, a fast model and a format that every plan has', async () => {
    const { server, speech } = await open();
    await (await speech.say({ text: ` ${text} `, voiceId: rachel })).done;
    expect(server.requests).toEqual([
      {
        method: 'POST',
        path: `/v1/text-to-speech/${rachel}/stream`,
        query: { output_format: 'mp3_44100_128' },
        body: expect.objectContaining({ text, model_id: 'eleven_flash_v2_5' }),
      },
    ]);
  });

  it('is asked for once, and again when anything that changes the sound differs', async () => {
    const { server, speech } = await open();
    const ids = new Set<string>();
    for (const request of [
      { text, voiceId: rachel },
      { text: text.replaceAll(' ', '  '), voiceId: rachel },
      { text: text.toUpperCase(), voiceId: rachel },
      { text, voiceId: 'pNInz6obpgDQGcFmaJgB' },
      { text, voiceId: rachel, modelId: 'eleven_multilingual_v2' },
    ]) {
      const said = await speech.say(request);
      await said.done;
      ids.add(said.id);
    }
    expect(ids.size).toBe(4);
    expect(server.requests).toHaveLength(4);
  });

  it('keeps to the number of streams that the plan allows, without a refusal', async () => {
    const { server, speech } = await open({ maximumStreams: 3, pace: 20 });
    const said = await Promise.all(
      Array.from({ length: 9 }, (_, i) => speech.say({ text: `${text} ${i}`, voiceId: rachel })),
    );
    await Promise.all(said.map(({ done }) => done));
    expect(server.streams.most).toBe(3);
    expect(server.requests).toHaveLength(9);
  });

  it('waits its turn when another program of the same account is speaking', async () => {
    const { server, speech } = await open();
    server.fail(elevenLabsRefusals.tooManyRequests);
    server.fail(elevenLabsRefusals.systemBusy);
    const said = await speech.say({ text, voiceId: rachel });
    expect((await said.done).durationMs).toBeGreaterThan(4000);
    expect(server.requests).toHaveLength(3);
  });

  it('gives its place in the line up when called off', async () => {
    const { server, speech } = await open({ maximumStreams: 1, pace: 2 });
    const abort = new AbortController();
    const running = await speech.say({ text, voiceId: rachel });
    const more = (n: number) =>
      speech.say({ text: `${text} ${n}`, voiceId: rachel }, { signal: abort.signal });
    const waiting = [more(2), more(3)];
    abort.abort();
    for (const promise of waiting) expect(await failureOf(promise)).toMatchObject({ code: 'aborted' });
    await running.done;
    expect(server.streams.most).toBe(1);
    expect(
      (await (await speech.say({ text: 'Next, please.', voiceId: rachel })).done).durationMs,
    ).toBeGreaterThan(0);
  });

  it('ends the request when called off in the middle', async () => {
    const { server, speech } = await open({ pace: 1 });
    const abort = new AbortController();
    const said = await speech.say({ text, voiceId: rachel }, { signal: abort.signal });
    for await (const piece of said.mulaw()) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    abort.abort();
    expect(await failureOf(said.done)).toMatchObject({ code: 'aborted' });
    await expect.poll(() => server.streams.open).toBe(0);
    await expect.poll(ffmpegChildren).toEqual([]);
  });
});

describe('when ElevenLabs fails', () => {
  const refused: [string, ElevenLabsFault, string, RegExp][] = [
    ['the quota is used up', elevenLabsRefusals.quota, 'quota', /larger plan.*12 credits/s],
    ['the key is revoked', elevenLabsRefusals.invalidKey, 'invalid-key', /ELEVENLABS_API_KEY/],
    ['the text is too long for the model', elevenLabsRefusals.tooLong, 'text-too-long', /model/],
    ['the voice is gone', elevenLabsRefusals.voiceNotFound, 'voice-not-found', /no such voice/],
    [
      'the plan does not allow it',
      { kind: 'refusal', httpStatus: 403, body: 'Forbidden' },
      'plan-limit',
      /plan/,
    ],
    [
      'the body is refused',
      {
        kind: 'refusal',
        httpStatus: 422,
        body: { detail: [{ loc: ['body', 'seed'], msg: 'not a number' }] },
      },
      'bad-request',
      /body\.seed: not a number/,
    ],
    ['it breaks', { kind: 'refusal', httpStatus: 500, body: 'Internal Server Error' }, 'unavailable', /500/],
    [
      'it breaks oddly',
      { kind: 'refusal', httpStatus: 503, body: { detail: 'maintenance' } },
      'unavailable',
      /maint/,
    ],
    [
      'an error comes as a success',
      {
        kind: 'wrong-type',
        contentType: 'application/json',
        body: JSON.stringify({ detail: { status: 'quota_exceeded', message: 'none left' } }),
      },
      'quota',
      /none left/,
    ],
    [
      'a portal answers instead',
      { kind: 'wrong-type', contentType: 'text/html', body: '<html>Sign in to the Wi-Fi</html>' },
      'bad-audio',
      /text\/html/,
    ],
  ];
  for (const [when, fault, code, message] of refused)
    it(`says ${code} before a byte is played when ${when}`, async () => {
      const { server, speech } = await open();
      server.fail(fault);
      const error = await failureOf(speech.say({ text, voiceId: rachel }));
      expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
      expect(error.message).not.toContain(server.apiKey);
      if (fault.kind === 'refusal') expect(error.requestId).toBe('local-1');
      expect(ffmpegChildren()).toEqual([]);
    });

  const broken: [string, ElevenLabsFault, string][] = [
    ['no sound comes', { kind: 'empty' }, 'bad-audio'],
    ['something else than sound comes', { kind: 'garbage' }, 'bad-audio'],
    ['nothing comes after the headers', { kind: 'stall', afterBytes: 0 }, 'timeout'],
    ['it falls silent', { kind: 'stall', afterBytes: 20_000 }, 'timeout'],
    ['the connection breaks', { kind: 'cut', afterBytes: 20_000 }, 'unavailable'],
  ];
  for (const [when, fault, code] of broken)
    it(`says ${code} when ${when}, after what could be heard, and keeps nothing`, async () => {
      const { server, speech, dataDir } = await open({}, 500, 300);
      server.fail(fault);
      const said = await speech.say({ text, voiceId: rachel });
      let heard = 0;
      const reading = (async () => {
        for await (const piece of said.mulaw()) heard += piece.length;
      })();
      expect(await failureOf(said.done)).toMatchObject({ code, requestId: 'local-1' });
      expect(await failureOf(reading)).toMatchObject({ code });
      if ('afterBytes' in fault && fault.afterBytes > 0) expect(heard).toBeGreaterThan(1600);
      expect(ffmpegChildren()).toEqual([]);
      expect(await readdir(join(dataDir, 'speech'))).toEqual([]);
      expect((await (await speech.say({ text, voiceId: rachel })).done).durationMs).toBeGreaterThan(4000);
    });

  it('says timeout when it does not answer at all', async () => {
    const { server, speech } = await open({}, 300);
    server.fail({ kind: 'no-answer' });
    expect(await failureOf(speech.say({ text, voiceId: rachel }))).toMatchObject({ code: 'timeout' });
    expect(ffmpegChildren()).toEqual([]);
  });

  it('says rate-limited when it stays busy', async () => {
    const { server, speech } = await open({}, 500);
    server.fail(elevenLabsRefusals.systemBusy, 20);
    expect(await failureOf(speech.say({ text, voiceId: rachel }))).toMatchObject({ code: 'rate-limited' });
    expect(server.requests.length).toBeGreaterThan(1);
    expect(ffmpegChildren()).toEqual([]);
  });

  it('says unavailable when nobody listens there', async () => {
    const { server, speech } = await open();
    await server.close();
    const error = await failureOf(speech.say({ text, voiceId: rachel }));
    expect(error).toMatchObject({ code: 'unavailable', message: expect.stringContaining('ECONNREFUSED') });
  });

  it('still has the built-in voices', async () => {
    const { server, speech } = await open();
    server.fail(elevenLabsRefusals.quota);
    await failureOf(speech.say({ text, voiceId: rachel }));
    const said = await speech.say({ text, voiceId: 'builtin-rms' });
    expect(said.provider).toBe('builtin');
    expect((await said.done).durationMs).toBeGreaterThan(3000);
  });
});

it('imports the ElevenLabs client in one file only, and only when there is a key', () => {
  const source = (name: string) => readFileSync(join(import.meta.dirname, '../src', name), 'utf8');
  const importing = ['index.ts', 'speech.ts', 'synthesis.ts', 'elevenlabs/elevenlabs-synthesizer.ts'];
  for (const name of importing) expect(source(name)).not.toContain('@elevenlabs/');
  expect(source('elevenlabs/elevenlabs-client.ts')).toMatch(/^import type .*@elevenlabs\/elevenlabs-js';$/m);
});
