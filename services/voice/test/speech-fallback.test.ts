import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { correlate, decodeMulaw } from '@ringback/audio';
import type { VoiceCall } from '@ringback/contracts';
import type { RunningService } from '@ringback/runtime';
import { type ElevenLabsServer, elevenLabsRefusals, startElevenLabsServer } from '@ringback/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RtpEar } from './rtp-ear.ts';
import { SipNetwork } from './sip-network.ts';

const TEXT = 'When one voice is lost, another one speaks.';

let elevenLabs: ElevenLabsServer;
// Speech takes as long as it takes to say, and longer on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let network: SipNetwork;
let voice: RunningService;
let ear: RtpEar;

beforeEach(async () => {
  elevenLabs = await startElevenLabsServer();
  network = await SipNetwork.start();
  ear = await RtpEar.open();
  voice = await network.startVoice({
    ELEVENLABS_API_KEY: elevenLabs.apiKey,
    ELEVENLABS_BASE_URL: elevenLabs.baseUrl,
  });
  await network.untilRegistered();
});
afterEach(async () => {
  await voice.close();
  ear.close();
  await network.close();
  await elevenLabs.close();
});

/** Calls and answers once `ready`; resolves with the call's id when it has ended. */
async function heardCall(ready: (callId: string) => Promise<void> = async () => undefined): Promise<string> {
  const order: VoiceCall = {
    callId: randomUUID(),
    to: '1001',
    text: TEXT,
    voiceId: null,
    fromName: 'Test',
  };
  const ended = new Promise((resolve) => {
    network.onInvite = async (req, res, srf) => {
      await ready(order.callId);
      resolve(once(await srf.createUAS(req, res, { localSdp: ear.sdp() }), 'destroy'));
    };
  });
  await network.bus.request('voice.call', order);
  await ended;
  return order.callId;
}

const speechFailed = (callId: string) =>
  network.until(() => network.speechOf(callId).includes('speech.failed elevenlabs'));

const speechHealth = () =>
  network
    .payloads('part.health')
    .filter(({ part }) => part === 'speech')
    .at(-1);

async function expectBuiltin(callId: string): Promise<void> {
  expect(network.speechOf(callId).slice(-3)).toEqual([
    'speech.started builtin',
    'speech.first-audio builtin',
    'speech.finished builtin',
  ]);
  const builtin = decodeMulaw(await network.spoken(TEXT));
  expect(correlate(builtin, ear.samples()).score).toBeGreaterThan(0.99);
}

test('ElevenLabs speaks', async () => {
  const callId = await heardCall();
  expect(network.speechOf(callId)).toEqual([
    'speech.started elevenlabs',
    'speech.first-audio elevenlabs',
    'speech.finished elevenlabs',
  ]);
  expect(speechHealth()).toMatchObject({ state: 'up', mode: 'external' });
});

test('a key that is refused: the built-in voice speaks, the events and the health say why', async () => {
  elevenLabs.fail(elevenLabsRefusals.invalidKey);
  const callId = await heardCall();
  expect(network.speechOf(callId)[0]).toBe('speech.failed elevenlabs');
  await expectBuiltin(callId);
  const failed = network.payloads('network.event').find((event) => event.type === 'speech.failed');
  expect(failed).toMatchObject({ problem: expect.stringContaining('ELEVENLABS_API_KEY') });
  expect(speechHealth()).toMatchObject({
    state: 'degraded',
    detail: expect.stringContaining('ELEVENLABS_API_KEY'),
  });
  await heardCall();
  expect(speechHealth()).toMatchObject({ state: 'up' });
});

test('a stream that breaks while the phone rings: the built-in voice speaks all of it', async () => {
  elevenLabs.fail({ kind: 'cut', afterBytes: 20_000 }, 5);
  const callId = await heardCall(speechFailed);
  await expectBuiltin(callId);
});

test('a stream that breaks while it is heard: what is there is spoken, then the call ends', async () => {
  elevenLabs.fail({ kind: 'stall', afterBytes: 20_000 }, 5);
  const callId = await heardCall();
  expect(network.speechOf(callId)).toEqual([
    'speech.started elevenlabs',
    'speech.first-audio elevenlabs',
    'speech.failed elevenlabs',
  ]);
  expect(ear.heard.length).toBeGreaterThan(50);
  expect(speechHealth()).toMatchObject({ state: 'degraded' });
});
