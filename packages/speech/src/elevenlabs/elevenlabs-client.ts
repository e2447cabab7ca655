import type { ElevenLabs, ElevenLabsClient } from '@elevenlabs/elevenlabs-js';
import { SpeechError } from '../speech-error.ts';
import { type Refusal, refusalOf } from './refusal.ts';

export interface ElevenLabsAccount {
  apiKey: string;
  /** Another address that speaks the same API; without it, ElevenLabs itself. */
  baseUrl?: string;
}

export interface StreamAnswer {
  body: ReadableStream<Uint8Array>;
  headers: Headers;
}

/** A response other than the one asked for. Whoever asked decides whether to try again. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly refusal: Refusal;
  readonly headers: Headers | undefined;

  constructor(refusal: Refusal, headers: Headers | undefined) {
    super(`ElevenLabs answered ${refusal.httpStatus}`);
    this.refusal = refusal;
    this.headers = headers;
  }
}

/** The two calls that Ringback makes, by the official client, which is large and loaded when first needed. */
export class ElevenLabsApi {
  readonly #account: ElevenLabsAccount;
  #loaded:
    | Promise<{ client: ElevenLabsClient; isApiError: (error: unknown) => error is ApiError }>
    | undefined;

  constructor(account: ElevenLabsAccount) {
    this.#account = account;
  }

  /** Loads the client, which takes seconds on a slow machine, before the first caller waits for it. */
  async load(): Promise<void> {
    await this.#client();
  }

  /** @throws Refused, SpeechError */
  voices(
    request: ElevenLabs.VoicesSearchRequest,
    timeoutMs: number,
  ): Promise<ElevenLabs.GetVoicesV2Response> {
    return this.#ask((client) =>
      client.voices.search(request, { maxRetries: 0, timeoutInSeconds: timeoutMs / 1000 }),
    );
  }

  /**
   * Resolves when the headers of a stream are there and say that it is sound.
   * @throws Refused, SpeechError `bad-audio`, `unavailable`
   */
  async stream(
    voiceId: string,
    request: ElevenLabs.StreamTextToSpeechRequest,
    signal: AbortSignal,
  ): Promise<StreamAnswer> {
    const { data, rawResponse } = await this.#ask((client) =>
      client.textToSpeech.stream(voiceId, request, { maxRetries: 0, abortSignal: signal }).withRawResponse(),
    );
    const headers = rawResponse.headers as Headers;
    const type = headers.get('content-type') ?? 'nothing';
    if (type.toLowerCase().startsWith('audio/')) return { body: data, headers };
    // An error that comes as 200 would otherwise be played to the caller as noise.
    const text = await beginningOf(data);
    const refusal = refusalOf(rawResponse.status, parsed(text));
    if (refusal.status !== undefined) throw new Refused(refusal, headers);
    throw new SpeechError(
      'bad-audio',
      `ElevenLabs answered with ${type} instead of sound: ${text.slice(0, 200)}`,
      {
        requestId: headers.get('request-id') ?? undefined,
      },
    );
  }

  async #ask<T>(call: (client: ElevenLabsClient) => PromiseLike<T>): Promise<T> {
    const { client, isApiError } = await this.#client();
    try {
      return await call(client);
    } catch (error) {
      if (isApiError(error) && error.statusCode !== undefined)
        throw new Refused(
          refusalOf(error.statusCode, error.body),
          error.rawResponse?.headers as Headers | undefined,
        );
      throw new SpeechError('unavailable', `ElevenLabs cannot be reached: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  }

  #client() {
    this.#loaded ??= import('@elevenlabs/elevenlabs-js').then((library) => ({
      client: new library.ElevenLabsClient({
        apiKey: this.#account.apiKey,
        ...(this.#account.baseUrl === undefined ? {} : { baseUrl: this.#account.baseUrl }),
      }),
      isApiError: (error: unknown): error is ApiError => error instanceof library.ElevenLabsError,
    }));
    return this.#loaded;
  }
}

interface ApiError {
  statusCode?: number;
  body?: unknown;
  rawResponse?: { headers: unknown };
}

/** The innermost cause: fetch says only "fetch failed". */
function reasonOf(error: unknown): string {
  let innermost = error;
  while (innermost instanceof Error && innermost.cause instanceof Error) innermost = innermost.cause;
  return innermost instanceof Error ? innermost.message : String(innermost);
}

const BEGINNING_BYTES = 4096;

async function beginningOf(body: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of body) {
    text += decoder.decode(piece, { stream: true });
    if (text.length >= BEGINNING_BYTES) break;
  }
  return text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
