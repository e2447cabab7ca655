import { correlate, decodeMulaw, readWav, samplesOfBytes } from '@ringback/audio';
import type { SpeechFile } from '@ringback/contracts';
import { expect } from 'vitest';
import type { Network } from './network.ts';

/** What a phone is sent for this text, as 16-bit samples: the file of `/api/speech/{id}.wav`. */
export async function spoken(network: Network, text: string, voiceId?: string): Promise<Int16Array> {
  const { status, body } = await network.api<SpeechFile>('/api/speech', {
    method: 'POST',
    body: { text, ...(voiceId ? { voiceId } : {}) },
  });
  expect(status).toBe(201);
  const file = new Uint8Array(await (await fetch(network.pageUrl + body.url)).arrayBuffer());
  const wav = readWav(file);
  return wav.format === 'mulaw' ? decodeMulaw(wav.data) : samplesOfBytes(wav.data);
}

/** The same words, in the same order, with nothing cut off: not merely a sound. */
export function expectSpeech(heard: Int16Array, speech: Int16Array): void {
  expect(correlate(speech, heard).score, 'the whole').toBeGreaterThan(0.9);
  const tenth = speech.length / 10;
  for (const [from, to] of [
    [0, 3],
    [4, 7],
    [7, 10],
  ] as const) {
    const part = speech.subarray(Math.floor(from * tenth), Math.floor(to * tenth));
    expect(correlate(part, heard).score, `tenths ${from} to ${to}`).toBeGreaterThan(0.8);
  }
}
