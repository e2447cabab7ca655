import { header, type SipRequest, topVia } from '@ringback/sip';

/**
 * True for clients that give up when a challenge names SHA-256, although they should pass over what they do not know
 * (RFC 8760 2.6). Seen with Debian's packages: libre (baresip) 1.0 refuses every list that holds it, SIPp 3.6 takes the
 * first challenge only. SIPp seldom names itself; its branches are three numbers.
 */
export function knowsMd5Only(request: SipRequest): boolean {
  if (/^baresip v[01]\./.test(header(request, 'User-Agent') ?? '')) return true;
  return /^z9hG4bK-\d+-\d+-\d+$/.test(topVia(request)?.params.get('branch') ?? '');
}
