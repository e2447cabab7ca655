import { canonicalName, isListHeader, knownName } from './header-name.ts';
import { splitFirst, splitList } from './list.ts';

/** One header line. `name` is canonical ("Call-ID"; unknown names as received), `value` unfolded and trimmed. */
export interface SipHeader {
  readonly name: string;
  readonly value: string;
}

/** RFC 3261 7.1. `uri` is the Request-URI as it stands on the wire. */
export interface SipRequest {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: string;
  readonly headers: readonly SipHeader[];
  readonly body: Uint8Array;
}

/** RFC 3261 7.2. `status` is 100 to 699; `reason` may be empty. */
export interface SipResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly SipHeader[];
  readonly body: Uint8Array;
}

export type SipMessage = SipRequest | SipResponse;

export const emptyBody: Uint8Array = new Uint8Array(0);

function matcher(name: string): (header: SipHeader) => boolean {
  const known = knownName(name);
  if (known !== undefined) return (header) => header.name === known;
  const lower = name.toLowerCase();
  return (header) => header.name.toLowerCase() === lower;
}

/** The first value of a header by any spelling of its name; for a list header the first element. */
export function header(message: Pick<SipMessage, 'headers'>, name: string): string | undefined {
  const line = firstLine(message.headers, name);
  return line === undefined || !isListHeader(line.name) ? line?.value : splitFirst(line.value).first;
}

/** Without a closure, since every message is asked for a dozen of its headers. */
function firstLine(lines: readonly SipHeader[], name: string): SipHeader | undefined {
  const known = knownName(name);
  if (known === undefined) return lines.find(matcher(name));
  for (const line of lines) if (line.name === known) return line;
  return undefined;
}

/** All values in order; lines of a list header (Via, Route, Contact, ...) are split at their commas. */
export function headers(message: Pick<SipMessage, 'headers'>, name: string): string[] {
  const values: string[] = [];
  const matches = matcher(name);
  for (const line of message.headers) {
    if (!matches(line)) continue;
    if (isListHeader(line.name)) values.push(...splitList(line.value));
    else values.push(line.value);
  }
  return values;
}

/** The message with this header once, in the place of its first line or at the end. */
export function withHeader<M extends SipMessage>(message: M, name: string, value: string): M {
  return withHeaders(message, name, [value]);
}

/** The message with one line for each value, in the place of the first old line or at the end; no values removes it. */
export function withHeaders<M extends SipMessage>(message: M, name: string, values: readonly string[]): M {
  const canonical = canonicalName(name);
  const fresh = values.map((value) => ({ name: canonical, value }));
  const matches = matcher(name);
  const first = message.headers.findIndex(matches);
  if (first < 0) return { ...message, headers: [...message.headers, ...fresh] };
  const before = message.headers.slice(0, first);
  const after = message.headers.slice(first).filter((line) => !matches(line));
  return { ...message, headers: [...before, ...fresh, ...after] };
}

/** The message without any line of this header. */
export function withoutHeader<M extends SipMessage>(message: M, name: string): M {
  const matches = matcher(name);
  return { ...message, headers: message.headers.filter((line) => !matches(line)) };
}

/** The message with one more line above the others of its name (Via, Route, Record-Route), else at the top. */
export function prependHeader<M extends SipMessage>(message: M, name: string, value: string): M {
  const at = Math.max(0, message.headers.findIndex(matcher(name)));
  const line = { name: canonicalName(name), value };
  return { ...message, headers: [...message.headers.slice(0, at), line, ...message.headers.slice(at)] };
}

/** The message with one more line at the end. */
export function appendHeader<M extends SipMessage>(message: M, name: string, value: string): M {
  return { ...message, headers: [...message.headers, { name: canonicalName(name), value }] };
}

/** The message with another body and, unless the body is empty, its Content-Type. */
export function withBody<M extends SipMessage>(message: M, body: Uint8Array, contentType?: string): M {
  const typed =
    contentType === undefined
      ? withoutHeader(message, 'Content-Type')
      : withHeader(message, 'Content-Type', contentType);
  return { ...typed, body };
}
