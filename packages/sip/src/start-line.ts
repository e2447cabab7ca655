import { isToken, isUriText, parseDecimal } from './characters.ts';
import { parseError, type SipParseError } from './parse-error.ts';

/** A start line; a request's may be faulty and still tell enough to be answered. */
export type StartLine =
  | { kind: 'request'; method: string; uri: string; error?: SipParseError }
  | { kind: 'response'; status: number; reason: string }
  | { kind: 'neither'; error: SipParseError };

const isVersion = (text: string) => text === 'SIP/2.0' || text.toUpperCase() === 'SIP/2.0';

function statusLine(line: string): StartLine {
  // RFC 3261 7.2; the reason may be empty, and its space may be missing.
  if (!isVersion(line.slice(0, 7)) || line[7] !== ' ')
    return { kind: 'neither', error: parseError('version') };
  const status = parseDecimal(line.slice(8, 11), 699);
  const separated = line.length === 11 || line[11] === ' ';
  if (status === undefined || status < 100 || !separated)
    return { kind: 'neither', error: parseError('status-code') };
  return { kind: 'response', status, reason: line.slice(12) };
}

function requestLine(line: string): StartLine {
  const first = line.indexOf(' ');
  const method = first < 0 ? line : line.slice(0, first);
  if (first < 0 || !isToken(method)) return { kind: 'neither', error: parseError('start-line') };
  const trimmed = line.trimEnd();
  const last = trimmed.lastIndexOf(' ');
  const version = trimmed.slice(last + 1);
  if (last <= first || !version.toUpperCase().startsWith('SIP/')) {
    return { kind: 'request', method, uri: trimmed.slice(first + 1), error: parseError('start-line') };
  }
  const between = line.slice(first + 1, last);
  const uri = between.trim();
  // RFC 3261 7.1: exactly one space on each side, and none inside (RFC 4475 3.1.2.8 to 3.1.2.10).
  if (!isVersion(version)) return { kind: 'request', method, uri, error: parseError('version') };
  if (trimmed.length !== line.length)
    return { kind: 'request', method, uri, error: parseError('start-line') };
  if (!isUriText(between))
    return { kind: 'request', method, uri, error: parseError('request-uri', 'Request-URI') };
  return { kind: 'request', method, uri };
}

export function parseStartLine(line: string): StartLine {
  const isStatus = line.startsWith('SIP/') || line.slice(0, 4).toUpperCase() === 'SIP/';
  return isStatus ? statusLine(line) : requestLine(line);
}
