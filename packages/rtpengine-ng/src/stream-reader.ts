import { MAX_COOKIE } from './frame.ts';
import { type Scanner, scannerFor } from './scanner.ts';
import { MAX_NG_BYTES } from './value.ts';

const MAX_MESSAGE = MAX_COOKIE + 1 + MAX_NG_BYTES;

/**
 * Cuts a byte stream (NG over TCP) into messages, which follow each other without a mark between them: a cookie, a space,
 * then a dictionary that ends itself. Only its brackets are looked at; `readNgFrame` reads the message.
 */
export class NgStreamReader {
  /** Why the rest of the stream cannot be read; the connection is of no use any more. */
  fault: string | undefined;
  #bytes = new Uint8Array(1024);
  #length = 0;
  #cookieLength: number | undefined;
  #scanner: Scanner | undefined;

  /** The messages that these bytes complete. */
  push(chunk: Uint8Array): Uint8Array[] {
    const messages: Uint8Array[] = [];
    for (const byte of chunk) {
      if (this.fault !== undefined) break;
      const message = this.#take(byte);
      if (message) messages.push(message);
    }
    return messages;
  }

  /** True between two messages. */
  get idle(): boolean {
    return this.#length === 0;
  }

  #take(byte: number): Uint8Array | undefined {
    // A person at a terminal ends each message with a new line.
    if (this.#length === 0 && (byte === 0x0a || byte === 0x0d)) return undefined;
    if (this.#length === MAX_MESSAGE) return this.#fail('a message is longer than 64 KB');
    this.#append(byte);
    if (this.#cookieLength === undefined) return this.#takeCookie(byte);
    this.#scanner ??= scannerFor(byte);
    const step = this.#scanner?.step(byte) ?? 'fault';
    if (step === 'fault') return this.#fail('not a bencoded dictionary, nor a JSON object');
    return step === 'end' ? this.#finish() : undefined;
  }

  #takeCookie(byte: number): undefined {
    if (byte === 0x20) this.#cookieLength = this.#length - 1;
    else if (this.#length > MAX_COOKIE) this.#fail('no cookie');
    if (this.#cookieLength === 0) this.#fail('no cookie');
  }

  #append(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(Math.min(this.#length * 2, MAX_MESSAGE));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = byte;
  }

  #finish(): Uint8Array {
    const message = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    this.#cookieLength = undefined;
    this.#scanner = undefined;
    return message;
  }

  #fail(reason: string): undefined {
    this.fault = reason;
  }
}
