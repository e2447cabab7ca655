import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Clock } from '../clock.ts';

/** A question to a web handler. */
export interface Question {
  url: URL;
  method: 'GET' | 'POST';
  /** Sent with POST. */
  body: Uint8Array;
  verifyPeer: boolean;
}

/** From the question to the last byte of the answer; drachtio-server gives as much. */
const ANSWER_MS = 3000;
const MAX_ANSWER_BYTES = 16 * 1024;
const MAX_REDIRECTS = 3;
/** At a time, to one handler; more wait for a connection to be free. */
const SOCKETS = { keepAlive: true, maxSockets: 64, maxFreeSockets: 16, timeout: 60_000 };

/** Asks web handlers over connections that are kept. */
export class WebClient {
  readonly #clock: Clock;
  readonly #plain = new HttpAgent(SOCKETS);
  readonly #verified = new HttpsAgent(SOCKETS);
  readonly #unverified = new HttpsAgent({ ...SOCKETS, rejectUnauthorized: false });
  /** Questions without answer yet. */
  pending = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The text of a 2xx. @throws Error that says why there is none. */
  async ask(question: Question): Promise<string> {
    const deadline = new AbortController();
    const tooLate = new Error(`no answer within ${ANSWER_MS} ms`);
    const cancel = this.#clock.after(ANSWER_MS, () => deadline.abort(tooLate));
    this.pending += 1;
    try {
      return await this.#follow(question, deadline.signal);
    } catch (error) {
      throw deadline.signal.aborted ? tooLate : error;
    } finally {
      this.pending -= 1;
      cancel();
    }
  }

  close(): void {
    for (const agent of [this.#plain, this.#verified, this.#unverified]) agent.destroy();
  }

  async #follow(question: Question, signal: AbortSignal): Promise<string> {
    let { url } = question;
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const response = await this.#send({ ...question, url }, signal);
      const { statusCode = 0, headers } = response;
      const text = await textOf(response);
      if (statusCode >= 200 && statusCode < 300) return text;
      if (!/^30[12378]$/.test(String(statusCode)) || !headers.location)
        throw new Error(`status ${statusCode}`);
      url = new URL(headers.location, url);
    }
    throw new Error('too many redirects');
  }

  async #send(question: Question, signal: AbortSignal): Promise<IncomingMessage> {
    for (;;) {
      const request = this.#request(question, signal);
      try {
        return await responseOf(request);
      } catch (error) {
        // The handler closed a kept connection just when it was used again.
        const stale = request.reusedSocket && error instanceof Error && 'code' in error;
        if (!stale || error.code !== 'ECONNRESET') throw error;
      }
    }
  }

  #request({ url, method, body, verifyPeer }: Question, signal: AbortSignal): ClientRequest {
    const secure = url.protocol === 'https:';
    if (!secure && url.protocol !== 'http:') throw new Error(`cannot follow to ${url.protocol}`);
    const post =
      method === 'POST' ? { 'Content-Type': 'text/plain; charset=UTF-8', 'Content-Length': body.length } : {};
    const options = { method, signal, headers: { Accept: 'application/json', ...post } };
    const tlsAgent = verifyPeer ? this.#verified : this.#unverified;
    const request = secure
      ? httpsRequest(url, { ...options, agent: tlsAgent })
      : httpRequest(url, { ...options, agent: this.#plain });
    return request.end(method === 'POST' ? body : undefined);
  }
}

function responseOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('response', resolve);
    request.on('error', reject);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Leaving the loop closes the connection, so that no more of it is read.
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`the answer is larger than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
