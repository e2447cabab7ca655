import type { Session } from '@ringback/contracts';
import { ProblemError } from '../api/problem-error.ts';
import { request } from '../api/request.ts';
import { browserLocks, browserMemory } from './browser-numbers.ts';
import { claimNumber } from './page-number.ts';
import type { LineAccount } from './sip-line.ts';

const locks = browserLocks();

/** SIP credentials of this page's number: its own one as long as the network knows it. */
export function claimSession(): Promise<Session> {
  return claimNumber(browserMemory, locks, issue);
}

async function issue(number: string | null): Promise<Session | null> {
  try {
    return await request<Session>('POST', '/api/session', number === null ? {} : { number });
  } catch (error) {
    // Another database, or a number taken away: this page asks for a new one.
    if (number !== null && error instanceof ProblemError && [403, 404].includes(error.problem.status))
      return null;
    throw error;
  }
}

/** The account of a session. `wsUrl` may be a path: SIP comes over the page's own origin. */
export function accountOf(session: Session): LineAccount {
  const url = new URL(session.wsUrl, window.location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  const { number, uri, username, password, displayName, iceServers } = session;
  return { number, uri, username, password, displayName, iceServers, wsUrl: url.href };
}
