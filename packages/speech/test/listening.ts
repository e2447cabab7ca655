import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@ringback/runtime';
import { onTestFinished } from 'vitest';
import { createSpeech, type Speech, SpeechError, type SpeechOptions, type Utterance } from '../src/index.ts';

export const logger = createLogger('speech-test', 'silent');

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'speech-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A Speech that the test closes when it ends. */
export async function openSpeech(options: Partial<SpeechOptions> = {}): Promise<Speech> {
  const speech = await createSpeech({ dataDir: temporaryFolder(), logger, ...options });
  onTestFinished(() => speech.close());
  return speech;
}

export async function allOf(utterance: Utterance): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of utterance.mulaw()) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** What the promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<SpeechError> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof SpeechError) return error;
  throw error;
}

/** The ffmpeg processes of this process, dead but unburied ones as well. */
export function ffmpegChildren(): string[] {
  const processes = execFileSync('ps', ['-A', '-o', 'ppid=,pid=,stat=,comm=']).toString().split('\n');
  return processes.filter((line) => Number.parseInt(line, 10) === process.pid && line.includes('ffmpeg'));
}
