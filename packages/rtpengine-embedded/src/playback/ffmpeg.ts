import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Wav } from '@ringback/audio';
import { Refusal } from '../control/refusal.ts';
import { SAMPLE_RATE } from './sound.ts';

/** A decoder that takes longer is stuck; ffmpeg reads an hour of speech in a few seconds. */
const STUCK_MS = 10_000;
const STDERR_TAIL = 300;

/** Where the child reads from: a file that is open already, or bytes. */
export type Encoded = { fd: number } | { bytes: Uint8Array };

/**
 * Decodes a media file in a process of its own, to one channel at 8 kHz. The child gets no name, only an open input, and may
 * open nothing else. Throws Refusal, which says what ffmpeg said; the child is gone then.
 */
export async function decodeByFfmpeg(ffmpegPath: string, encoded: Encoded, maxMs: number): Promise<Wav> {
  const child = spawn(
    ffmpegPath,
    [
      ...['-nostdin', '-hide_banner', '-loglevel', 'error', '-protocol_whitelist', 'pipe', '-i', 'pipe:0'],
      ...['-vn', '-f', 's16le', '-ac', '1', '-ar', String(SAMPLE_RATE), 'pipe:1'],
    ],
    { stdio: ['fd' in encoded ? encoded.fd : 'pipe', 'pipe', 'pipe'], windowsHide: true },
  );
  const watchdog = setTimeout(() => child.kill('SIGKILL'), STUCK_MS);
  try {
    const ended = endOf(child);
    if ('bytes' in encoded) feed(child, encoded.bytes);
    const data = await collect(child.stdout as Readable, (maxMs * SAMPLE_RATE * 2) / 1000);
    const failure = await ended;
    if (failure !== undefined || data.length === 0) throw new Refusal(failure ?? 'there is no sound in it');
    return { format: 'pcm16', sampleRate: SAMPLE_RATE, channels: 1, data };
  } finally {
    clearTimeout(watchdog);
    child.kill('SIGKILL');
  }
}

/** Resolves with what went wrong, if anything did. */
function endOf(child: ChildProcess): Promise<string | undefined> {
  let stderr = '';
  child.stderr?.on('data', (text: Buffer) => {
    stderr = (stderr + text.toString('utf8')).slice(-STDERR_TAIL);
  });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`ffmpeg does not start: ${error.message}`));
    child.once('close', (code, signal) => {
      if (code === 0) resolve(undefined);
      else resolve(stderr.trim() || `ffmpeg ended with ${signal ?? code}`);
    });
  });
}

function feed(child: ChildProcess, bytes: Uint8Array): void {
  // A child that ends early breaks the pipe; how it ended is told by itself.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(bytes);
}

async function collect(output: Readable, maxBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of output as AsyncIterable<Uint8Array>) {
    length += piece.length;
    if (length > maxBytes) throw new Refusal(`it is longer than ${maxBytes / SAMPLE_RATE / 2 / 60} minutes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
