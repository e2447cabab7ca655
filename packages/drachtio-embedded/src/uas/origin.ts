import { header, parseCSeq, type SipRequest, tagOf } from '@ringback/sip';

/** What stays the same when one request arrives by two ways (RFC 3261 8.2.2.2). */
export function originOf(request: SipRequest): string {
  const sequence = parseCSeq(header(request, 'CSeq') ?? '');
  const tag = tagOf(header(request, 'From')) ?? '';
  return `${header(request, 'Call-ID')}\n${tag}\n${sequence?.sequence} ${sequence?.method}`;
}
