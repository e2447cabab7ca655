import { header, headers, parseAuth, type SipRequest, type SipResponse } from '@ringback/sip';
import type { Flow } from '../transport/flow.ts';
import type { Guard } from './guard.ts';

/**
 * What an application's final answer says of who asked. Everybody is challenged once, so only many challenges with no
 * success between them count; a password that is right clears them.
 */
export function judgeAnswer(guard: Guard, flow: Flow, request: SipRequest, response: SipResponse): void {
  const { host } = flow.remote;
  if (response.status === 401 || response.status === 403 || response.status === 407) {
    if (isStale(response)) return;
    guard.count('authentication');
    guard.strike(host, flow.reliable);
  } else if (response.status >= 200 && response.status < 300 && hasCredentials(request)) {
    guard.trust(host);
  }
}

const hasCredentials = (request: SipRequest) =>
  header(request, 'Authorization') !== undefined || header(request, 'Proxy-Authorization') !== undefined;

/** RFC 7616 3.3: the password was right, only the nonce too old. */
function isStale(response: SipResponse): boolean {
  return [...headers(response, 'WWW-Authenticate'), ...headers(response, 'Proxy-Authenticate')].some(
    (value) => parseAuth(value)?.params.get('stale')?.toLowerCase() === 'true',
  );
}
