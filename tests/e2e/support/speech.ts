import { correlate, decodeMulaw, levelDb, readWav, samplesOfBytes } from '@ringback/audio';
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

const RATE = 8000;
const SEGMENT = RATE / 2;
/** How far a jitter buffer may have moved a segment by the time it is played. */
const DRIFT = RATE * 0.4;
const SILENT_DB = -45;

/** How well each half second of the speech is found in what was heard, where it belongs; silent ones are left out. */
export function segmentScores(heard: Int16Array, speech: Int16Array): number[] {
  const { lag } = correlate(speech, heard);
  const scores: number[] = [];
  for (let from = 0; from + SEGMENT / 2 <= speech.length; from += SEGMENT) {
    const segment = speech.subarray(from, from + SEGMENT);
    if (levelDb(segment) < SILENT_DB) continue;
    const start = Math.max(0, from + lag - DRIFT);
    scores.push(correlate(segment, heard.subarray(start, from + lag + SEGMENT + DRIFT)).score);
  }
  return scores;
}

/** The RTP that came is the speech: the same words, in the same order, with nothing lost or cut off. */
export function expectSpeechReceived(received: Int16Array, speech: Int16Array): void {
  expect(correlate(speech, received).score).toBeGreaterThan(0.95);
  expect(Math.min(...segmentScores(received, speech))).toBeGreaterThan(0.95);
}

/**
 * What a phone played is the speech. Its jitter buffer stretches and squeezes by some ms (audibly not at all), so each
 * half second is looked for where it belongs, and a few may have a seam in their middle.
 */
export function expectSpeechPlayed(played: Int16Array, speech: Int16Array): void {
  const scores = segmentScores(played, speech).sort((a, b) => a - b);
  const said = `half seconds: ${scores.map((score) => score.toFixed(2)).join(' ')}`;
  expect(scores.length, said).toBeGreaterThan(3);
  expect(scores[0], said).toBeGreaterThan(0.5);
  expect(scores[Math.floor(scores.length / 2)], said).toBeGreaterThan(0.95);
}
