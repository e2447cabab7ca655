import type { Side } from '../dialog/offer-answer.ts';
import type { SipHeader, SipRequest, SipResponse } from '../message.ts';
import {
  formatSessionExpires,
  minimumIntervalSec,
  minSessionExpiresOf,
  type SessionExpires,
  sessionExpiresOf,
  supportsTimer,
} from './session-expires.ts';

/** What both ends of a dialog agreed on; undefined when the session needs no refreshes. */
export type SessionTerms = { readonly intervalSec: number; readonly refresher: Side } | undefined;

/** Who refreshes when the caller leaves it open; `none` then agrees on no timer. */
export type DefaultRefresher = 'uac' | 'uas' | 'none';

/**
 * What a 2xx to an INVITE or UPDATE of `asker` agrees on (RFC 4028 7.2). Without Session-Expires the session needs no
 * refreshes; only a refresher whose peer knows nothing of timers goes on by itself.
 */
export function termsOf(
  response: SipResponse,
  request: SipRequest,
  asker: Side,
  current: SessionTerms,
): SessionTerms {
  const agreed = sessionExpiresOf(response);
  if (agreed === undefined) {
    const goesOn = asker === 'us' && current?.refresher === 'us' && sessionExpiresOf(request) !== undefined;
    return goesOn ? current : undefined;
  }
  const isAsker = agreed.refresher !== 'uas';
  return {
    intervalSec: Math.max(agreed.intervalSec, minimumIntervalSec),
    refresher: isAsker === (asker === 'us') ? 'us' : 'them',
  };
}

/**
 * What our 2xx to a received INVITE or UPDATE says (RFC 4028 9). What its sender wrote (`own`) wins; else what the
 * request offers, with the role it names, the role already agreed on, or the default one.
 */
export function answerTerms(
  request: SipRequest,
  own: SessionExpires | undefined,
  current: SessionTerms,
  byDefault: DefaultRefresher,
): SessionExpires | undefined {
  const offered = sessionExpiresOf(request);
  const isTimed = supportsTimer(request);
  // A caller that knows nothing of timers cannot be the one to refresh.
  const possible = (refresher: 'uac' | 'uas') => (isTimed ? refresher : 'uas');
  const atLeast = (seconds: number) => Math.max(seconds, minSessionExpiresOf(request));
  if (own) return { intervalSec: atLeast(own.intervalSec), refresher: possible(own.refresher ?? 'uac') };
  if (!offered) {
    if (current?.refresher !== 'us') return undefined;
    return { intervalSec: atLeast(current.intervalSec), refresher: 'uas' };
  }
  const kept = current && (current.refresher === 'us' ? 'uas' : 'uac');
  const refresher = offered.refresher ?? kept ?? byDefault;
  if (refresher === 'none') return undefined;
  return { intervalSec: atLeast(offered.intervalSec), refresher: possible(refresher) };
}

/** The lines of a 2xx that says so. The caller must not miss that it has to refresh (RFC 4028 9). */
export function answerHeaders(terms: SessionExpires, request: SipRequest): SipHeader[] {
  const line = { name: 'Session-Expires', value: formatSessionExpires(terms) };
  const isRequired = terms.refresher === 'uac' && supportsTimer(request);
  return isRequired ? [line, { name: 'Require', value: 'timer' }] : [line];
}

/** The lines of a request that keeps to what was agreed on (RFC 4028 7.4); the sender is the UAC of this transaction. */
export function requestHeaders({ intervalSec, refresher }: NonNullable<SessionTerms>): SipHeader[] {
  const value = formatSessionExpires({ intervalSec, refresher: refresher === 'us' ? 'uac' : 'uas' });
  return [
    { name: 'Session-Expires', value },
    { name: 'Min-SE', value: String(minimumIntervalSec) },
    { name: 'Supported', value: 'timer' },
  ];
}
