import { correlate } from '@ringback/audio';
import type { CallDetail, VoicePage } from '@ringback/contracts';
import { type ElevenLabsServer, elevenLabsRefusals, startElevenLabsServer } from '@ringback/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BARESIP, startBaresip } from './support/baresip.ts';
import { healthy, type Network, SUBSCRIBERS, speak, startNetwork } from './support/network.ts';
import { spoken } from './support/speech.ts';

describe('with an ElevenLabs key', () => {
  let elevenLabs: ElevenLabsServer;
  let network: Network;
  const closers: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    elevenLabs = await startElevenLabsServer({ moreVoices: 230 });
    network = await startNetwork({
      ELEVENLABS_API_KEY: elevenLabs.apiKey,
      ELEVENLABS_BASE_URL: elevenLabs.baseUrl,
    });
    await healthy(network);
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  afterAll(async () => {
    await network?.stop();
    await elevenLabs?.close();
  });

  async function allVoices(query = '') {
    const voices: VoicePage['voices'] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body }: { body: VoicePage } = await network.api(
        `/api/voices?${query}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
      );
      voices.push(...body.voices);
      cursor = body.nextCursor;
    }
    return voices;
  }

  it('lists the voices of the account, all pages, and can search them', async () => {
    const voices = await allVoices();
    expect(voices.filter(({ provider }) => provider === 'elevenlabs')).toHaveLength(232);
    expect(new Set(voices.map(({ id }) => id)).size).toBe(voices.length);
    const found = await allVoices('search=Rachel');
    expect(found.map(({ name, provider }) => [name, provider])).toContainEqual(['Rachel', 'elevenlabs']);
  });

  it.skipIf(!BARESIP)('a phone hears the speech that ElevenLabs streamed', async () => {
    const phone = await startBaresip({
      number: '1001',
      password: SUBSCRIBERS['1001'],
      registrar: network.sip,
      answer: 'auto',
    });
    closers.push(() => phone.stop());
    await phone.event('REGISTER_OK');
    const voiceId = '21m00Tcm4TlvDq8ikWAM';
    const id = await speak(network, '1001', 'Streamed.', { voiceId });
    const call = await network.call(id, ({ status }) => status === 'completed', 60_000);
    await phone.event('CALL_CLOSED');
    expect(call).toMatchObject({ speechProvider: 'elevenlabs', voiceId });
    const speech = await spoken(network, 'Streamed.', voiceId);
    expect(correlate(speech, await phone.heard()).score).toBeGreaterThan(0.9);
  });

  it.skipIf(!BARESIP)('a refusal is told in the call, and the built-in voice speaks instead', async () => {
    const phone = await startBaresip({
      number: '1002',
      password: SUBSCRIBERS['1002'],
      registrar: network.sip,
      answer: 'auto',
    });
    closers.push(() => phone.stop());
    await phone.event('REGISTER_OK');
    elevenLabs.fail(elevenLabsRefusals.quota, 5);
    const id = await speak(network, '1002', 'There is no credit left for this.', {
      voiceId: 'pNInz6obpgDQGcFmaJgB',
    });
    const call: CallDetail = await network.call(id, ({ status }) => status === 'completed', 60_000);
    expect(call.speechProvider).toBe('builtin');
    expect(call.events.map(({ type }) => type)).toContain('speech.failed');
    expect(call.events.find(({ type }) => type === 'speech.failed')?.detail).toMatch(/quota|credit/i);
  });
});
