export type SpeechErrorCode =
  | 'empty-text'
  | 'text-too-long'
  | 'unsupported-text'
  | 'voice-not-found'
  | 'invalid-key'
  | 'quota'
  | 'plan-limit'
  | 'rate-limited'
  | 'bad-request'
  | 'unavailable'
  | 'bad-audio'
  | 'timeout'
  | 'aborted'
  | 'no-ffmpeg'
  | 'transcoder-failed';

/** Why there is no speech. `message` is for people and names the remedy where there is one. */
export class SpeechError extends Error {
  override readonly name = 'SpeechError';
  readonly code: SpeechErrorCode;
  /** What ElevenLabs calls the request; its support asks for it. */
  readonly requestId: string | undefined;

  constructor(
    code: SpeechErrorCode,
    message: string,
    options: { requestId?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.requestId = options.requestId;
  }
}

export function abortedError(cause?: unknown): SpeechError {
  return new SpeechError('aborted', 'The speech was called off.', { cause });
}

/** Any failure as a SpeechError; one that nobody foresaw becomes `unavailable` and keeps its cause. */
export function speechErrorOf(error: unknown): SpeechError {
  if (error instanceof SpeechError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new SpeechError('unavailable', `Speech failed: ${reason}`, { cause: error });
}
