import { setTimeout as delay } from 'node:timers/promises';
import { abortedError, SpeechError } from '../speech-error.ts';

export interface SoundStreamOptions {
  /** Milliseconds until the first byte, and between later ones. */
  firstByteMs: number;
  gapMs: number;
  signal: AbortSignal;
  requestId: string | undefined;
}

/**
 * The bytes of an MP3 response. Ends the response, however it is left.
 * @throws SpeechError `timeout` when nothing comes, `unavailable` when the connection breaks, `bad-audio` when there
 *   is no sound in it, `aborted`
 */
export async function* soundStream(
  body: ReadableStream<Uint8Array>,
  { firstByteMs, gapMs, signal, requestId }: SoundStreamOptions,
): AsyncGenerator<Uint8Array, void, void> {
  const reader = body.getReader();
  let bytes = 0;
  try {
    for (;;) {
      const piece = await nextOf(reader, bytes === 0 ? firstByteMs : gapMs, { signal, requestId, bytes });
      if (!piece) break;
      if (piece.length === 0) continue;
      if (bytes === 0) refuseOtherThanMp3(piece, requestId);
      bytes += piece.length;
      yield piece;
    }
    if (bytes === 0) throw new SpeechError('bad-audio', 'ElevenLabs sent no sound at all.', { requestId });
  } finally {
    // Fails only when the response has failed already, which was told above.
    reader.cancel().catch(() => undefined);
  }
}

async function nextOf(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  patienceMs: number,
  { signal, requestId, bytes }: { signal: AbortSignal; requestId: string | undefined; bytes: number },
): Promise<Uint8Array | undefined> {
  const timer = new AbortController();
  const silence = delay(patienceMs, 'silence' as const, { signal: timer.signal });
  try {
    const next = await Promise.race([reader.read(), silence]);
    if (next === 'silence')
      throw new SpeechError('timeout', `ElevenLabs sent nothing for ${(patienceMs / 1000).toFixed(1)} s.`, {
        requestId,
      });
    return next.value;
  } catch (error) {
    if (error instanceof SpeechError) throw error;
    if (signal.aborted) throw abortedError(signal.reason);
    throw new SpeechError(
      'unavailable',
      `The connection to ElevenLabs broke after ${bytes} bytes of sound.`,
      {
        requestId,
        cause: error,
      },
    );
  } finally {
    timer.abort();
    silence.catch(() => undefined);
  }
}

/** An MP3 begins with an ID3 tag or the sync word of a frame (ISO 11172-3 2.4.2.3). */
function refuseOtherThanMp3(piece: Uint8Array, requestId: string | undefined): void {
  const id3 = piece[0] === 0x49 && piece[1] === 0x44 && piece[2] === 0x33;
  const frame = piece[0] === 0xff && (piece.length < 2 || (piece[1]! & 0xe0) === 0xe0);
  if (!id3 && !frame)
    throw new SpeechError('bad-audio', 'ElevenLabs sent something that is not an MP3.', { requestId });
}
