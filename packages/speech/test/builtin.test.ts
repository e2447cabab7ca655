import { readFileSync } from 'node:fs';
import { correlate, decodeMulaw, levelDb, readWav } from '@ringback/audio';
import { describe, expect, it } from 'vitest';
import { allOf, failureOf, ffmpegChildren, openSpeech, temporaryFolder } from './listening.ts';

const text = 'The quick brown fox jumps over the lazy dog. It was a sunny day.';

describe('built-in voices', () => {
  it('all speak, for a plausible time, well audible, and each in its own way', async () => {
    const speech = await openSpeech();
    expect(speech.provider).toBe('builtin');
    const { voices, nextCursor } = await speech.voices({});
    expect(voices.length).toBeGreaterThanOrEqual(5);
    expect(nextCursor).toBeNull();
    const sounds = await Promise.all(
      voices.map(async ({ id, provider, language }) => {
        expect({ provider, language }).toEqual({ provider: 'builtin', language: 'en' });
        const said = await speech.say({ text, voiceId: id });
        const sound = decodeMulaw(await allOf(said));
        const { durationMs } = await said.done;
        expect(durationMs).toBeCloseTo(sound.length / 8, 0);
        expect(durationMs, id).toBeGreaterThan(3000);
        expect(durationMs, id).toBeLessThan(7000);
        expect(levelDb(sound), id).toBeGreaterThan(-26);
        expect(levelDb(sound), id).toBeLessThan(-14);
        return sound;
      }),
    );
    for (const [i, a] of sounds.entries())
      for (const b of sounds.slice(i + 1)) expect(correlate(a, b).score).toBeLessThan(0.9);
    expect(ffmpegChildren()).toEqual([]);
  });

  it('says other things for other texts', async () => {
    const speech = await openSpeech();
    const [a, b] = await Promise.all(
      [text, 'Please leave a message after the tone, and we will call you back.'].map(async (words) =>
        decodeMulaw(await allOf(await speech.say({ text: words }))),
      ),
    );
    expect(correlate(a!, b!).score).toBeLessThan(0.5);
  });

  it('starts to speak long before a long text is done', async () => {
    const speech = await openSpeech();
    const said = await speech.say({ text: `${text} `.repeat(20) });
    let bytesAtDone = 0;
    let heard = 0;
    said.done.then(() => {
      bytesAtDone = heard;
    });
    for await (const piece of said.mulaw()) {
      if (heard === 0) expect(bytesAtDone).toBe(0);
      heard += piece.length;
    }
    const { durationMs } = await said.done;
    expect(durationMs).toBeGreaterThan(60_000);
    expect(heard).toBe(durationMs * 8);
  });

  it('finds voices by what they are', async () => {
    const speech = await openSpeech();
    const found = await speech.voices({ search: 'scottish' });
    expect(found.voices.map(({ id }) => id)).toEqual(['builtin-awb']);
    expect((await speech.voices({ search: 'klingon' })).voices).toEqual([]);
  });

  it('says who the default is and uses it', async () => {
    const speech = await openSpeech();
    const said = await speech.say({ text });
    expect(said).toMatchObject({
      provider: 'builtin',
      voiceId: await speech.defaultVoiceId(),
      cached: false,
    });
  });

  it('refuses what it cannot say, each with its code', async () => {
    const speech = await openSpeech();
    expect(await failureOf(speech.say({ text: ' \n ' }))).toMatchObject({ code: 'empty-text' });
    expect(await failureOf(speech.say({ text: 'a'.repeat(5001) }))).toMatchObject({ code: 'text-too-long' });
    const strange = await failureOf(speech.say({ text, voiceId: 'nobody' }));
    expect(strange).toMatchObject({
      code: 'voice-not-found',
      message: expect.stringContaining('builtin-slt'),
    });
    expect(await failureOf(speech.say({ text: '你好' }))).toMatchObject({
      code: 'unsupported-text',
      message: expect.stringContaining('ELEVENLABS_API_KEY'),
    });
  });
});

describe('keeping what was said', () => {
  it('gives the same bytes again from the cache, live and as a WAV file', async () => {
    const speech = await openSpeech();
    const first = await speech.say({ text });
    const live = await allOf(first);
    await first.done;
    const again = await speech.say({ text: `  ${text.replaceAll(' ', '\n ')}` });
    expect(again).toMatchObject({ id: first.id, cached: true });
    expect((await allOf(again)).equals(live)).toBe(true);
    const file = await speech.wav(first.id);
    expect(file?.durationMs).toBe((await first.done).durationMs);
    const wav = readWav(readFileSync(file!.path));
    expect(wav).toMatchObject({ format: 'mulaw', sampleRate: 8000, channels: 1 });
    expect(correlate(decodeMulaw(live), decodeMulaw(wav.data))).toEqual({
      score: expect.closeTo(1, 6),
      lag: 0,
    });
  });

  it('lets another process use what one has made', async () => {
    const dataDir = temporaryFolder();
    const said = await (await openSpeech({ dataDir })).say({ text });
    await said.done;
    const other = await openSpeech({ dataDir });
    expect((await other.say({ text })).cached).toBe(true);
    expect(await other.wav(said.id)).not.toBeNull();
  });

  it('synthesizes once for two who ask at once, and each hears all of it', async () => {
    const speech = await openSpeech();
    const [a, b] = await Promise.all([speech.say({ text }), speech.say({ text })]);
    const [first, second] = await Promise.all([allOf(a), allOf(b)]);
    expect(first.equals(second)).toBe(true);
    expect((await allOf(a)).equals(first)).toBe(true);
  });
});

describe('calling it off', () => {
  const long = `${text} `.repeat(60);

  it('stops when the only listener aborts, and leaves no child and no file', async () => {
    const speech = await openSpeech();
    const abort = new AbortController();
    const said = await speech.say({ text: long }, { signal: abort.signal });
    for await (const piece of said.mulaw()) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    abort.abort();
    expect(await failureOf(said.done)).toMatchObject({ code: 'aborted' });
    expect(await failureOf(allOf(said))).toMatchObject({ code: 'aborted' });
    await speech.close();
    expect(ffmpegChildren()).toEqual([]);
    expect(await speech.wav(said.id)).toBeNull();
  });

  it('goes on for the other one when one of two aborts', async () => {
    const speech = await openSpeech();
    const abort = new AbortController();
    const [left, stayed] = await Promise.all([
      speech.say({ text }, { signal: abort.signal }),
      speech.say({ text }),
    ]);
    abort.abort();
    expect(await failureOf(left.done)).toMatchObject({ code: 'aborted' });
    expect((await stayed.done).durationMs).toBeGreaterThan(3000);
  });

  it('ends everything on close', async () => {
    const speech = await openSpeech();
    const said = await speech.say({ text: long });
    await speech.close();
    expect(await failureOf(said.done)).toMatchObject({ code: 'aborted' });
    expect(await failureOf(speech.say({ text }))).toMatchObject({ code: 'aborted' });
    expect(ffmpegChildren()).toEqual([]);
  });
});
