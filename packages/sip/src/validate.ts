import { branchCookie } from './identifier.ts';
import { header, headers, type SipHeader, type SipRequest, type SipResponse } from './message.ts';
import { type NameAddr, parseNameAddr } from './name-addr.ts';
import { parseParams } from './params.ts';
import { reasonPhrase } from './reason-phrase.ts';
import { parseCSeq, parseMaxForwards } from './scalar.ts';
import { parseUri, uriScheme } from './uri.ts';
import { parseVia, topVia } from './via.ts';

/** The answer that a faulty request gets. */
export interface Rejection {
  readonly status: number;
  readonly reason: string;
  /** Lines that belong into the answer, such as Unsupported. */
  readonly headers: readonly SipHeader[];
}

export interface ValidationOptions {
  /** Option tags that this element understands; when given, others in Require are answered 420 (RFC 3261 8.2.2.3). */
  readonly supported?: readonly string[];
}

const knownMethods = new Set(
  'ACK BYE CANCEL INFO INVITE MESSAGE NOTIFY OPTIONS PRACK PUBLISH REFER REGISTER SUBSCRIBE UPDATE'.split(
    ' ',
  ),
);

/** True for the methods of RFC 3261 and its registered extensions; others are answered 501. */
export const isKnownMethod = (method: string) => knownMethods.has(method);

// RFC 4475 3.3.8: a second line of one of these leaves open which is meant.
const single = ['Call-ID', 'CSeq', 'From', 'To', 'Max-Forwards', 'Content-Length', 'Content-Type', 'Expires'];
/** Far beyond any route set or list of bindings; a header may hold thousands, and each costs work more than once. */
const maxListValues = 200;
const mandatory = ['Call-ID', 'CSeq', 'From', 'To', 'Via'];

const reject = (status: number, reason: string, lines: readonly SipHeader[] = []): Rejection => ({
  status,
  reason,
  headers: lines,
});
const missing = (name: string) => reject(400, `Missing ${name}`);
const bad = (name: string) => reject(400, `Bad ${name}`);

function presence(lines: readonly SipHeader[]): Rejection | undefined {
  for (const name of mandatory) if (count(lines, name) === 0) return missing(name);
  for (const name of single) if (count(lines, name) > 1) return reject(400, `Multiple ${name}`);
  return undefined;
}

function count(lines: readonly SipHeader[], name: string): number {
  let found = 0;
  for (const line of lines) if (line.name === name) found += 1;
  return found;
}

/** A name-addr whose URI, when it is a sip, sips or tel one, is well-formed too. */
function readAddress(value: string): NameAddr | undefined {
  const address = parseNameAddr(value);
  if (address === undefined) return undefined;
  const scheme = uriScheme(address.uri);
  const isOurs = scheme === 'sip' || scheme === 'sips' || scheme === 'tel';
  return isOurs && parseUri(address.uri) === undefined ? undefined : address;
}

function requestUri(request: SipRequest): Rejection | undefined {
  const scheme = uriScheme(request.uri);
  if (scheme === undefined) return bad('Request-URI');
  // RFC 3261 8.2.2.1
  if (scheme !== 'sip' && scheme !== 'sips' && scheme !== 'tel') return reject(416, reasonPhrase(416));
  const uri = parseUri(request.uri);
  // RFC 3261 19.1.1: a Request-URI carries no headers (RFC 4475 3.1.2.11).
  return uri === undefined || uri.headers.length > 0 ? bad('Request-URI') : undefined;
}

function via(request: SipRequest): Rejection | undefined {
  const top = topVia(request);
  // Those below are other elements' business (RFC 4475 3.1.1.10).
  if (top === undefined || top.protocol.toUpperCase() !== 'SIP/2.0') return bad('Via');
  // RFC 4475 3.2.1: the cookie alone identifies nothing.
  return top.params.get('branch') === branchCookie ? bad('Via branch') : undefined;
}

function sequence(request: SipRequest): Rejection | undefined {
  const cseq = parseCSeq(header(request, 'CSeq')!);
  if (cseq === undefined) return bad('CSeq');
  if (cseq.method === request.method) return undefined;
  // RFC 4475 3.1.2.18: that the method is unknown says more than that it differs.
  return isKnownMethod(request.method) ? bad('CSeq method') : reject(501, reasonPhrase(501));
}

function parties(request: SipRequest): Rejection | undefined {
  for (const name of ['From', 'To']) {
    const address = readAddress(header(request, name)!);
    if (address === undefined) return bad(name);
    // RFC 3261 10.3: an address of record is a sip or sips URI (RFC 4475 3.3.4).
    const isAddressOfRecord = name === 'To' && request.method === 'REGISTER';
    if (isAddressOfRecord && !/^sips?:/i.test(address.uri)) return bad(name);
  }
  return header(request, 'Call-ID') === '' ? bad('Call-ID') : undefined;
}

function addresses(request: SipRequest): Rejection | undefined {
  for (const name of ['Contact', 'Route', 'Record-Route']) {
    const values = headers(request, name);
    if (values.length > maxListValues) return reject(400, `Too Many ${name}`);
    for (const value of values) {
      const isWildcard = name === 'Contact' && request.method === 'REGISTER' && value === '*';
      if (!isWildcard && readAddress(value) === undefined) return bad(name);
    }
  }
  return undefined;
}

function hops(request: SipRequest): Rejection | undefined {
  const value = header(request, 'Max-Forwards');
  // RFC 3261 16.3: a request without it is passed; elements before 2002 do not write it.
  return value !== undefined && parseMaxForwards(value) === undefined ? bad('Max-Forwards') : undefined;
}

function contentType(request: SipRequest): Rejection | undefined {
  const value = header(request, 'Content-Type');
  if (value === undefined) return undefined;
  const semicolon = value.indexOf(';');
  return parseParams(value, semicolon < 0 ? value.length : semicolon) === undefined
    ? bad('Content-Type')
    : undefined;
}

function extensions(request: SipRequest, { supported }: ValidationOptions): Rejection | undefined {
  if (supported === undefined || request.method === 'ACK' || request.method === 'CANCEL') return undefined;
  const required = [...headers(request, 'Require'), ...headers(request, 'Proxy-Require')].filter(
    (tag) => tag !== '',
  );
  const unknown = required.filter((tag) => !supported.includes(tag.toLowerCase()));
  if (unknown.length === 0) return undefined;
  return reject(420, reasonPhrase(420), [{ name: 'Unsupported', value: unknown.join(', ') }]);
}

/**
 * Checks a parsed request as RFC 3261 8.2 and 16.3 ask; undefined when it is fit to be worked on. An ACK is never
 * answered, so a rejected ACK is dropped.
 */
export function validateRequest(request: SipRequest, options: ValidationOptions = {}): Rejection | undefined {
  return (
    presence(request.headers) ??
    via(request) ??
    sequence(request) ??
    requestUri(request) ??
    parties(request) ??
    hops(request) ??
    addresses(request) ??
    contentType(request) ??
    extensions(request, options)
  );
}

/** True when a response may be looked at; false when it is to be discarded (RFC 3261 8.1.3, RFC 4475 3.1.2.5). */
export function isUsableResponse(response: SipResponse): boolean {
  if (presence(response.headers) !== undefined) return false;
  const top = parseVia(header(response, 'Via')!);
  if (top === undefined || parseCSeq(header(response, 'CSeq')!) === undefined) return false;
  return (
    readAddress(header(response, 'From')!) !== undefined && readAddress(header(response, 'To')!) !== undefined
  );
}
