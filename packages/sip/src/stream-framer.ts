import { CR, isTokenCode, LF, parseDecimal } from './characters.ts';
import type { SipRequest } from './message.ts';
import { parseError, type SipParseError } from './parse-error.ts';
import { maxMessageBytes, parseMessage } from './parse-message.ts';

export type FramerEvent =
  /** One whole message, still to be parsed. */
  | { readonly kind: 'message'; readonly bytes: Uint8Array }
  /** A double CRLF: the peer asks for a single one back (RFC 5626 4.4.1). */
  | { readonly kind: 'ping' }
  /** The stream has lost its frame: answer `request` if there is one, then close. Further input is ignored. */
  | { readonly kind: 'error'; readonly error: SipParseError; readonly request?: SipRequest };

const nothing = new Uint8Array(0);

/** The text of the Content-Length lines of a header block, which ends in an empty line. */
function lengthsIn(head: string): string[] {
  const values: string[] = [];
  for (let at = head.indexOf('\n') + 1; at < head.length; ) {
    const end = head.indexOf('\n', at);
    const next = end < 0 ? head.length : end + 1;
    const first = head.charCodeAt(at) | 0x20;
    // "Content-Length" or "l", the only names that are looked for.
    if (first === 0x63 || first === 0x6c) {
      const line = head.slice(at, next);
      const colon = line.indexOf(':');
      const name = line.slice(0, Math.max(0, colon)).trimEnd().toLowerCase();
      if (name === 'content-length' || name === 'l') values.push(unfolded(head, at + colon + 1, next));
    }
    at = next;
  }
  return values;
}

/** The value from `from`, with the continuation lines that follow its own line. */
function unfolded(head: string, from: number, lineEnd: number): string {
  let end = lineEnd;
  while (head[end] === ' ' || head[end] === '\t') {
    const next = head.indexOf('\n', end);
    end = next < 0 ? head.length : next + 1;
  }
  return head.slice(from, end).trim();
}

/**
 * Cuts a TCP or TLS stream into messages by Content-Length (RFC 3261 18.3). At most `maxMessageBytes` are held; without
 * a Content-Length, or with a bad one, nobody knows where the next message begins, so the stream is given up.
 */
export class StreamFramer {
  #buffer: Uint8Array = nothing;
  /** True when the buffer is ours to write into, not a chunk of the caller's. */
  #owned = false;
  #start = 0;
  #end = 0;
  /** Where the search for the end of the headers goes on. */
  #searched = 0;
  /** The whole message's length once its headers are there. */
  #wanted: number | undefined;
  #emptyLines = 0;
  #dead = false;

  /** Bytes held for a message that is not complete. */
  get pendingBytes(): number {
    return this.#end - this.#start;
  }

  push(chunk: Uint8Array): FramerEvent[] {
    const events: FramerEvent[] = [];
    if (this.#dead) return events;
    this.#append(chunk);
    for (let event = this.#next(events); event !== undefined; event = this.#next(events)) {
      events.push(event);
      if (event.kind !== 'error') continue;
      this.#dead = true;
      this.#buffer = nothing;
      this.#start = this.#end = 0;
      break;
    }
    return events;
  }

  /** Bytes that were handed out are never written over: growing moves to a new buffer. */
  #append(chunk: Uint8Array): void {
    const pending = this.pendingBytes;
    if (pending === 0) {
      this.#buffer = chunk;
      this.#start = 0;
      this.#searched = 0;
      this.#end = chunk.length;
      this.#owned = false;
    } else {
      this.#makeRoom(chunk.length);
      this.#buffer.set(chunk, this.#end);
      this.#end += chunk.length;
    }
  }

  #makeRoom(more: number): void {
    const pending = this.pendingBytes;
    if (this.#owned && this.#end + more <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(1024, 2 * (pending + more)));
    grown.set(this.#buffer.subarray(this.#start, this.#end));
    this.#buffer = grown;
    this.#searched -= this.#start;
    this.#start = 0;
    this.#end = pending;
    this.#owned = true;
  }

  #next(events: FramerEvent[]): FramerEvent | undefined {
    if (this.#wanted === undefined) {
      this.#skipEmptyLines(events);
      if (this.pendingBytes === 0 || this.#buffer[this.#start] === CR) return this.#straySingleCr();
      if (!isTokenCode(this.#buffer[this.#start]!)) return { kind: 'error', error: parseError('start-line') };
      const failure = this.#measure();
      if (failure !== undefined) return failure;
    }
    if (this.#wanted === undefined || this.pendingBytes < this.#wanted) return undefined;
    const bytes = this.#buffer.subarray(this.#start, this.#start + this.#wanted);
    this.#start += this.#wanted;
    this.#searched = this.#start;
    this.#wanted = undefined;
    this.#emptyLines = 0;
    return { kind: 'message', bytes };
  }

  /** A CR is the first half of an empty line, or garbage when something else than LF follows. */
  #straySingleCr(): FramerEvent | undefined {
    return this.pendingBytes > 1 ? { kind: 'error', error: parseError('start-line') } : undefined;
  }

  #skipEmptyLines(events: FramerEvent[]): void {
    while (
      this.pendingBytes > 1 &&
      this.#buffer[this.#start] === CR &&
      this.#buffer[this.#start + 1] === LF
    ) {
      this.#start += 2;
      this.#emptyLines++;
      if (this.#emptyLines === 2) {
        events.push({ kind: 'ping' });
        this.#emptyLines = 0;
      }
    }
    this.#searched = Math.max(this.#searched, this.#start);
  }

  /** Looks for the end of the headers and learns the message's length from them. */
  #measure(): FramerEvent | undefined {
    const view = Buffer.from(this.#buffer.buffer, this.#buffer.byteOffset, this.#end);
    const blank = view.indexOf('\r\n\r\n', this.#searched, 'latin1');
    if (blank < 0) {
      this.#searched = Math.max(this.#start, this.#end - 3);
      return this.pendingBytes > maxMessageBytes ? this.#fail(view, parseError('too-large')) : undefined;
    }
    const headBytes = blank + 4 - this.#start;
    if (headBytes > maxMessageBytes) return this.#fail(view, parseError('too-large'));
    const lengths = lengthsIn(view.toString('latin1', this.#start, blank + 4));
    const length = lengths.length === 1 ? parseDecimal(lengths[0]!, Number.MAX_SAFE_INTEGER) : undefined;
    const field = 'Content-Length';
    if (length === undefined)
      return this.#fail(view.subarray(0, blank + 4), parseError('content-length', field));
    if (headBytes + length > maxMessageBytes)
      return this.#fail(view.subarray(0, blank + 4), parseError('too-large'));
    this.#wanted = headBytes + length;
    return undefined;
  }

  #fail(view: Uint8Array, error: SipParseError): FramerEvent {
    const result = parseMessage(view.subarray(this.#start, this.#start + maxMessageBytes));
    const message = result.ok ? result.message : result.request;
    return message?.kind === 'request'
      ? { kind: 'error', error, request: message }
      : { kind: 'error', error };
  }
}
