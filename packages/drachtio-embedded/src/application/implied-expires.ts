import { header, type SipHeader, type SipRequest } from '@ringback/sip';
import { grantedSec } from '../subscription/follow-subscription.ts';
import { takeHeader } from './headers.ts';

/** RFC 6665 4.2.1.1: a 2xx to SUBSCRIBE has to say for how long. An application that does not grants what was asked for. */
export function impliedExpires(request: SipRequest, status: number, given: SipHeader[]): SipHeader[] {
  const isGrant = request.method === 'SUBSCRIBE' && status >= 200 && status < 300;
  if (!isGrant || takeHeader(given, 'Expires') !== undefined) return [];
  return [{ name: 'Expires', value: String(grantedSec(header(request, 'Expires'))) }];
}
