import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What the server does instead of speaking, once for each time it is told. */
export type ElevenLabsFault =
  | { kind: 'refusal'; httpStatus: number; body: unknown }
  /** Status 200, but with a JSON or HTML body. */
  | { kind: 'wrong-type'; contentType: string; body: string }
  | { kind: 'no-answer' }
  /** Headers, then this many bytes of sound, then nothing, with the connection left open. */
  | { kind: 'stall'; afterBytes: number }
  /** The connection breaks after this many bytes of sound. */
  | { kind: 'cut'; afterBytes: number }
  | { kind: 'empty' }
  | { kind: 'garbage' };

/** The API's own refusals, word for word. */
export const elevenLabsRefusals = {
  invalidKey: refusal(401, 'invalid_api_key', 'Invalid API key'),
  quota: refusal(401, 'quota_exceeded', 'This request exceeds your quota. You have 12 credits remaining.'),
  tooManyRequests: refusal(429, 'too_many_concurrent_requests', 'Too many concurrent requests.'),
  systemBusy: refusal(429, 'system_busy', 'The system is experiencing heavy traffic, please try again.'),
  tooLong: refusal(
    400,
    'max_character_limit_exceeded',
    'This request has more characters than the model takes.',
  ),
  voiceNotFound: refusal(400, 'voice_not_found', 'A voice with that voice_id was not found.'),
  planLimit: refusal(403, 'subscription_required', 'This voice needs a larger subscription.'),
  ownFault: refusal(500, 'internal_server_error', 'Something went wrong.'),
} satisfies Record<string, ElevenLabsFault>;

export interface ElevenLabsRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  body: Record<string, unknown>;
}

export interface ElevenLabsServer {
  /** For ELEVENLABS_BASE_URL. */
  baseUrl: string;
  /** For ELEVENLABS_API_KEY; any other gets 401. */
  apiKey: string;
  /** Everything asked, in order. */
  requests: ElevenLabsRequest[];
  /** The next `times` texts meet this fault. */
  fail(fault: ElevenLabsFault, times?: number): void;
  /** This text meets this fault, however often it is asked for. */
  failText(text: string, fault: ElevenLabsFault): void;
  /** Streams open now, and the most there ever were at once. */
  streams: { open: number; most: number };
  close(): Promise<void>;
}

export interface ElevenLabsServerOptions {
  /** How many times faster than speech the sound is sent; 1 is real time. Default: as fast as it goes. */
  pace?: number;
  /** What the account's plan allows. Default 5. */
  maximumStreams?: number;
  /** Voices of the account beside Rachel and Adam, to fill pages. */
  moreVoices?: number;
}

interface AccountVoice {
  voice_id: string;
  name: string;
  category: string;
  labels: Record<string, string>;
  preview_url: string | null;
  sound: 'rachel' | 'adam';
}

const API_KEY = 'sk_local_elevenlabs_server';
/** mp3_44100_128: 128 kbit/s. */
const BYTES_PER_MS = 16;
const CHUNK_MS = 20;

/**
 * A local server that speaks ElevenLabs' HTTP API as far as voices and streamed speech go. What it says is
 * always the same sentence; every voice has Rachel's or Adam's sound.
 */
export async function startElevenLabsServer(
  options: ElevenLabsServerOptions = {},
): Promise<ElevenLabsServer> {
  const account = new Account(options);
  const server = createServer((request, response) => {
    account.serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiKey: API_KEY,
    requests: account.requests,
    streams: account.streams,
    fail: (fault, times = 1) => account.faults.push(...Array<ElevenLabsFault>(times).fill(fault)),
    failText: (text, fault) => account.faultyTexts.set(text, fault),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class Account {
  readonly requests: ElevenLabsRequest[] = [];
  readonly faults: ElevenLabsFault[] = [];
  readonly faultyTexts = new Map<unknown, ElevenLabsFault>();
  readonly streams = { open: 0, most: 0 };
  readonly #voices: AccountVoice[];
  readonly #pace: number;
  readonly #maximumStreams: number;

  constructor({
    pace = Number.POSITIVE_INFINITY,
    maximumStreams = 5,
    moreVoices = 0,
  }: ElevenLabsServerOptions) {
    this.#pace = pace;
    this.#maximumStreams = maximumStreams;
    this.#voices = [
      voice('21m00Tcm4TlvDq8ikWAM', 'Rachel', 'rachel'),
      voice('pNInz6obpgDQGcFmaJgB', 'Adam', 'adam'),
      ...Array.from({ length: moreVoices }, (_, i) =>
        voice(`more${i}`, `Voice ${i}`, i % 2 ? 'adam' : 'rachel'),
      ),
    ];
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://local');
    const query = Object.fromEntries(url.searchParams);
    const body = await jsonOf(request);
    const method = request.method ?? 'GET';
    this.requests.push({ method, path: url.pathname, query, body });
    response.setHeader('request-id', `local-${this.requests.length}`);
    if (request.headers['xi-api-key'] !== API_KEY) return refuse(response, elevenLabsRefusals.invalidKey);
    if (method === 'GET' && url.pathname === '/v2/voices') return this.#listVoices(query, response);
    const voiceId = /^\/v1\/text-to-speech\/([^/]+)\/stream$/.exec(url.pathname)?.[1];
    if (method === 'POST' && voiceId !== undefined) return this.#speak(voiceId, query, body, response);
    json(response, 404, { detail: 'Not Found' });
  }

  #listVoices(query: Record<string, string>, response: ServerResponse): void {
    const size = Math.min(Number(query.page_size ?? 10), 100);
    const from = Number(query.next_page_token?.replace('page-', '') ?? 0);
    const search = (query.search ?? '').toLowerCase();
    const found = this.#voices.filter(({ name, labels }) =>
      [name, ...Object.values(labels)].join(' ').toLowerCase().includes(search),
    );
    const more = from + size < found.length;
    json(response, 200, {
      voices: found.slice(from, from + size).map(({ sound: _, ...shown }) => shown),
      has_more: more,
      total_count: 0,
      next_page_token: more ? `page-${from + size}` : null,
    });
  }

  async #speak(
    voiceId: string,
    query: Record<string, string>,
    body: Record<string, unknown>,
    response: ServerResponse,
  ): Promise<void> {
    const fault = this.faultyTexts.get(body.text) ?? this.faults.shift();
    if (fault?.kind === 'no-answer') return;
    const spoken = this.#voices.find(({ voice_id }) => voice_id === voiceId);
    const open = this.streams.open;
    response.setHeader('current-concurrent-requests', open + 1);
    response.setHeader('maximum-concurrent-requests', this.#maximumStreams);
    if (fault?.kind === 'refusal') return refuse(response, fault);
    if (open >= this.#maximumStreams) return refuse(response, elevenLabsRefusals.tooManyRequests);
    if (!spoken) return refuse(response, elevenLabsRefusals.voiceNotFound);
    if (typeof body.text !== 'string' || query.output_format !== 'mp3_44100_128')
      return json(response, 422, {
        detail: [{ loc: ['body', 'text'], msg: 'Field required', type: 'missing' }],
      });
    await this.#counted(() => this.#send(response, soundOf(spoken.sound), fault));
  }

  async #counted(stream: () => Promise<void>): Promise<void> {
    this.streams.open += 1;
    this.streams.most = Math.max(this.streams.most, this.streams.open);
    await stream().finally(() => {
      this.streams.open -= 1;
    });
  }

  async #send(response: ServerResponse, mp3: Uint8Array, fault: ElevenLabsFault | undefined): Promise<void> {
    const contentType = fault?.kind === 'wrong-type' ? fault.contentType : 'audio/mpeg';
    response.writeHead(200, { 'content-type': contentType });
    response.flushHeaders();
    switch (fault?.kind) {
      case 'wrong-type':
        response.end(fault.body);
        return;
      case 'empty':
        response.end();
        return;
      case 'garbage':
        response.end(Buffer.alloc(20_000, 'this is not an mp3 '));
        return;
      case 'stall':
        await this.#paced(response, mp3.subarray(0, fault.afterBytes));
        return new Promise((resolve) => response.once('close', resolve));
      case 'cut':
        await this.#paced(response, mp3.subarray(0, fault.afterBytes));
        response.destroy();
        return;
      default:
        await this.#paced(response, mp3);
        response.end();
    }
  }

  async #paced(response: ServerResponse, mp3: Uint8Array): Promise<void> {
    if (!Number.isFinite(this.#pace)) {
      await new Promise((resolve) => response.write(mp3, resolve));
      return;
    }
    const startMs = performance.now();
    const chunk = BYTES_PER_MS * CHUNK_MS;
    for (let at = 0; at < mp3.length && !response.destroyed; at += chunk) {
      response.write(mp3.subarray(at, at + chunk));
      const dueMs = startMs + (at + chunk) / BYTES_PER_MS / this.#pace;
      await delay(Math.max(0, dueMs - performance.now()));
    }
  }
}

function voice(voiceId: string, name: string, sound: AccountVoice['sound']): AccountVoice {
  const gender = sound === 'rachel' ? 'female' : 'male';
  return {
    voice_id: voiceId,
    name,
    category: 'premade',
    labels: { accent: 'american', gender, language: 'en' },
    preview_url: null,
    sound,
  };
}

function soundOf(name: AccountVoice['sound']): Uint8Array {
  return readFileSync(new URL(`../../../tests/fixtures/elevenlabs/${name}.mp3`, import.meta.url));
}

function refusal(httpStatus: number, status: string, message: string): ElevenLabsFault & { kind: 'refusal' } {
  return { kind: 'refusal', httpStatus, body: { detail: { status, message } } };
}

function refuse(response: ServerResponse, { httpStatus, body }: ElevenLabsFault & { kind: 'refusal' }): void {
  json(response, httpStatus, body);
}

function json(response: ServerResponse, httpStatus: number, body: unknown): void {
  response.writeHead(httpStatus, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function jsonOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const piece of request.setEncoding('utf8')) text += piece;
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
