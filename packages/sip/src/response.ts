import { canonicalName } from './header-name.ts';
import { emptyBody, header, headers, type SipHeader, type SipRequest, type SipResponse } from './message.ts';
import { parseNameAddr } from './name-addr.ts';
import { reasonPhrase } from './reason-phrase.ts';
import { parseCSeq } from './scalar.ts';

export interface ResponseExtra {
  /** Put into To when the request's To has no tag yet; ignored for 100 (RFC 3261 8.2.6.2). */
  readonly toTag?: string;
  readonly headers?: readonly SipHeader[];
  readonly body?: Uint8Array;
}

const copied = new Set(['Via', 'From', 'To', 'Call-ID', 'CSeq']);
/** RFC 3261 12.1.1: responses that make a dialog carry the request's Record-Route. */
const recordsRoute = (method: string, status: number) =>
  status > 100 &&
  status < 300 &&
  (method === 'INVITE' || method === 'SUBSCRIBE' || method === 'REFER' || method === 'NOTIFY');

function withTag(to: string, tag: string): string {
  const parsed = parseNameAddr(to);
  // A To that cannot be read goes back as it came: the answer then says what is wrong with it.
  return parsed === undefined || parsed.params.has('tag') ? to : `${to};tag=${tag}`;
}

/** A response to a received request (RFC 3261 8.2.6). An empty `reason` becomes the status's registered phrase. */
export function responseTo(
  request: SipRequest,
  status: number,
  reason = '',
  extra: ResponseExtra = {},
): SipResponse {
  const lines: SipHeader[] = [];
  for (const line of request.headers) {
    const { name, value } = line;
    if (name === 'To' && extra.toTag !== undefined && status > 100) {
      lines.push({ name, value: withTag(value, extra.toTag) });
    } else if (copied.has(name) || (name === 'Record-Route' && recordsRoute(request.method, status))) {
      lines.push(line);
    } else if (name === 'Timestamp' && status === 100) {
      lines.push(line);
    }
  }
  for (const { name, value } of extra.headers ?? []) lines.push({ name: canonicalName(name), value });
  const phrase = reason === '' ? reasonPhrase(status) : reason;
  return { kind: 'response', status, reason: phrase, headers: lines, body: extra.body ?? emptyBody };
}

function sameBranchRequest(invite: SipRequest, method: string, to: string): SipRequest {
  const sequence = parseCSeq(header(invite, 'CSeq') ?? '')?.sequence ?? 0;
  const lines: SipHeader[] = [{ name: 'Via', value: header(invite, 'Via') ?? '' }];
  for (const value of headers(invite, 'Route')) lines.push({ name: 'Route', value });
  lines.push(
    { name: 'From', value: header(invite, 'From') ?? '' },
    { name: 'To', value: to },
    { name: 'Call-ID', value: header(invite, 'Call-ID') ?? '' },
    { name: 'CSeq', value: `${sequence} ${method}` },
    { name: 'Max-Forwards', value: '70' },
  );
  return { kind: 'request', method, uri: invite.uri, headers: lines, body: emptyBody };
}

/** The ACK that the transaction itself sends for a 300-699 response (RFC 3261 17.1.1.3). */
export function ackForFailure(invite: SipRequest, response: SipResponse): SipRequest {
  return sameBranchRequest(invite, 'ACK', header(response, 'To') ?? header(invite, 'To') ?? '');
}

/** The CANCEL for an INVITE of ours (RFC 3261 9.1); `extra` lines such as Reason go last. */
export function cancelOf(invite: SipRequest, extra: readonly SipHeader[] = []): SipRequest {
  const cancel = sameBranchRequest(invite, 'CANCEL', header(invite, 'To') ?? '');
  return { ...cancel, headers: [...cancel.headers, ...extra] };
}
