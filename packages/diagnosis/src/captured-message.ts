import type { SipMessageRecord } from '@ringback/contracts';
import { type RemoteAudio, remoteAudio, SdpError } from '@ringback/sdp';
import { header, headers, parseMessage, type SipMessage } from '@ringback/sip';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A captured message, read as far as a rule asks for. */
export class CapturedMessage {
  readonly record: SipMessageRecord;
  #parsed: SipMessage | null | undefined;

  constructor(record: SipMessageRecord) {
    this.record = record;
  }

  get id(): string {
    return this.record.id;
  }

  get status(): number | null {
    return this.record.status;
  }

  /** A final response (RFC 3261 7.2). */
  get isFinal(): boolean {
    return this.record.status !== null && this.record.status >= 200;
  }

  /** True for a request of that method. */
  asks(method: string): boolean {
    return this.record.status === null && this.record.method === method;
  }

  /** True for a response to a request of that method. */
  answers(method: string): boolean {
    return this.record.status !== null && this.record.method === method;
  }

  header(name: string): string | undefined {
    return this.#message ? header(this.#message, name) : undefined;
  }

  headers(name: string): readonly string[] {
    return this.#message ? headers(this.#message, name) : [];
  }

  get body(): string {
    return this.#message ? decoder.decode(this.#message.body) : '';
  }

  /** The audio that it describes; undefined when there is none, or none that can be read. */
  get audio(): RemoteAudio | undefined {
    const { body } = this;
    if (body === '') return undefined;
    try {
      return remoteAudio(body);
    } catch (error) {
      if (error instanceof SdpError) return undefined;
      throw error;
    }
  }

  get #message(): SipMessage | null {
    if (this.#parsed === undefined) {
      const result = parseMessage(encoder.encode(this.record.raw));
      this.#parsed = result.ok ? result.message : (result.request ?? null);
    }
    return this.#parsed;
  }
}
