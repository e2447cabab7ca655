import { CR, HTAB, isToken, LF, parseDecimal, SP } from './characters.ts';
import { knownName } from './header-name.ts';
import { emptyBody, type SipHeader, type SipMessage, type SipRequest } from './message.ts';
import { parseError, type SipParseError } from './parse-error.ts';
import { parseStartLine, type StartLine } from './start-line.ts';

/** `request` is there when a faulty request was readable enough to be answered: start line and what headers there were. */
export type ParseResult =
  | { ok: true; message: SipMessage }
  | { ok: false; error: SipParseError; request?: SipRequest };

export const maxMessageBytes = 65_536;
export const maxHeaders = 200;

interface HeaderBlock {
  readonly headers: SipHeader[];
  readonly error: SipParseError | undefined;
  /** The one Content-Length line's text. */
  readonly contentLength: string | undefined;
}

/** The end of the line that starts at `from` (position of its CR), or -1 where a bare CR or LF breaks it. */
function endOfLine(text: string, from: number): number {
  const lf = text.indexOf('\n', from);
  const cr = text.indexOf('\r', from);
  return lf >= 0 && cr === lf - 1 ? cr : -1;
}

/** The value of a header whose lines go on with a space or tab (RFC 3261 7.3.1), and where the next one begins. */
function unfold(text: string, from: number, firstEnd: number): { value: string; next: number } | undefined {
  const parts = [text.slice(from, firstEnd).trim()];
  let next = firstEnd + 2;
  while (next < text.length && isContinuation(text, next)) {
    const end = endOfLine(text, next);
    if (end < 0) return undefined;
    const part = text.slice(next, end).trim();
    if (part !== '') parts.push(part);
    next = end + 2;
  }
  return { value: parts.join(' ').trim(), next };
}

function isContinuation(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === SP || code === HTAB;
}

/** The header's name, undefined when it is no token. */
function nameOf(raw: string): string | undefined {
  const known = knownName(raw);
  if (known !== undefined) return known;
  const name = raw.trimEnd();
  return knownName(name) ?? (isToken(name) ? name : undefined);
}

function parseHeaders(text: string, start: number): HeaderBlock {
  const headers: SipHeader[] = [];
  let error: SipParseError | undefined;
  let contentLength: string | undefined;
  let at = start;
  let colon = -1;
  while (at < text.length) {
    const end = endOfLine(text, at);
    // Searched for only when passed: lines without a colon must not each run to the end of the text.
    if (colon < at) colon = text.indexOf(':', at);
    const folded = end < 0 ? undefined : unfold(text, Math.min(colon < 0 ? end : colon + 1, end), end);
    if (folded === undefined)
      return { headers, error: error ?? parseError('header-syntax', 'line end'), contentLength };
    const name = colon < 0 || colon > end ? undefined : nameOf(text.slice(at, colon));
    at = folded.next;
    if (name === undefined) {
      error ??= parseError('header-syntax', 'header');
      if (colon < 0) break;
      continue;
    }
    if (headers.length === maxHeaders)
      return { headers, error: parseError('too-many-headers'), contentLength };
    headers.push({ name, value: folded.value });
    if (name !== 'Content-Length') continue;
    // RFC 4475 3.3.9: two lengths are two opinions on where the message ends.
    if (contentLength !== undefined) error ??= parseError('content-length', 'Content-Length');
    contentLength = folded.value;
  }
  return { headers, error, contentLength };
}

function cutBody(rest: Uint8Array, length: string | undefined): Uint8Array | undefined {
  if (length === undefined) return rest.length === 0 ? emptyBody : rest;
  const size = parseDecimal(length, Number.MAX_SAFE_INTEGER);
  // RFC 3261 18.3: bytes beyond the length are dropped, too few of them are an error.
  if (size === undefined || size > rest.length) return undefined;
  // An empty view would keep the whole datagram as long as the message lives.
  return size === 0 ? emptyBody : rest.subarray(0, size);
}

function finish(
  line: StartLine,
  block: HeaderBlock,
  body: Uint8Array | undefined,
  missingEnd: boolean,
): ParseResult {
  if (line.kind === 'neither') return { ok: false, error: line.error };
  const bodyError = body === undefined ? parseError('content-length', 'Content-Length') : undefined;
  const endError = missingEnd ? parseError('truncated', 'end of headers') : undefined;
  const error = (line.kind === 'request' ? line.error : undefined) ?? block.error ?? endError ?? bodyError;
  const rest = { headers: block.headers, body: body ?? emptyBody };
  if (line.kind === 'response') {
    if (error !== undefined) return { ok: false, error };
    return { ok: true, message: { kind: 'response', status: line.status, reason: line.reason, ...rest } };
  }
  const request: SipRequest = { kind: 'request', method: line.method, uri: line.uri, ...rest };
  return error === undefined ? { ok: true, message: request } : { ok: false, error, request };
}

/**
 * Reads one SIP message out of a datagram or WebSocket message (RFC 3261 7, 18.3). Never throws; time is linear in the
 * length. The body is a view on `bytes`, not a copy. Text is UTF-8; bytes that are not become U+FFFD.
 */
export function parseMessage(bytes: Uint8Array): ParseResult {
  let start = 0;
  // RFC 3261 7.5: empty lines before the start line are ignored.
  while (bytes[start] === CR && bytes[start + 1] === LF) start += 2;
  if (start >= bytes.length) return { ok: false, error: parseError('empty') };
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tooLarge = bytes.length > maxMessageBytes;
  const blank = buffer.indexOf('\r\n\r\n', start, 'latin1');
  const missingEnd = blank < 0;
  const headEnd = missingEnd ? Math.min(bytes.length, maxMessageBytes) : blank + 2;
  const head = buffer.toString('utf8', start, Math.min(headEnd, maxMessageBytes));
  const lineEnd = endOfLine(head, 0);
  if (lineEnd < 0) return { ok: false, error: parseError(tooLarge ? 'too-large' : 'start-line') };
  const line = parseStartLine(head.slice(0, lineEnd));
  if (line.kind === 'neither') return { ok: false, error: line.error };
  const block = parseHeaders(head, lineEnd + 2);
  const body = missingEnd ? emptyBody : cutBody(bytes.subarray(blank + 4), block.contentLength);
  const result = finish(line, block, body, missingEnd);
  if (!tooLarge) return result;
  const error = parseError('too-large');
  const request = result.ok ? result.message : result.request;
  return request?.kind === 'request' ? { ok: false, error, request } : { ok: false, error };
}
