import { headers, type SipHeader, type SipResponse } from '../message.ts';

/** RFC 3261 16.7 step 6: these tell the caller how to do better. */
const INFORMATIVE = [401, 407, 415, 420, 484];
/** Made by a proxy's own waiting or cancelling, so that they tell the caller least. */
const UNINFORMATIVE = [408, 487];

/** The lower, the better. */
function rank({ status }: SipResponse): number {
  // A 6xx speaks for every place the user could be at; else the lowest class wins.
  const classRank = status >= 600 ? 0 : Math.floor(status / 100);
  if (INFORMATIVE.includes(status)) return classRank;
  return classRank + (UNINFORMATIVE.includes(status) ? 0.8 : 0.5);
}

/**
 * Chooses among the final failures of all branches (RFC 3261 16.7 step 6); the first of equals wins. With `cancelled`
 * the caller called the request off, and a 487 is what it waits for.
 */
export function bestResponse(failures: readonly SipResponse[], cancelled = false): SipResponse | undefined {
  const asked = cancelled ? failures.find(({ status }) => status === 487) : undefined;
  if (asked) return asked;
  const [first, ...rest] = failures;
  if (!first) return undefined;
  const best = rest.reduce((chosen, other) => (rank(other) < rank(chosen) ? other : chosen), first);
  return isChallenge(best) ? withAllChallenges(best, failures) : best;
}

const isChallenge = ({ status }: SipResponse) => status === 401 || status === 407;

/** RFC 3261 16.7 step 7: the caller gets the challenges of every branch at once. */
function withAllChallenges(best: SipResponse, failures: readonly SipResponse[]): SipResponse {
  const added: SipHeader[] = [];
  for (const other of failures) {
    if (other === best || !isChallenge(other)) continue;
    for (const name of ['WWW-Authenticate', 'Proxy-Authenticate'])
      for (const value of headers(other, name)) added.push({ name, value });
  }
  return added.length === 0 ? best : { ...best, headers: [...best.headers, ...added] };
}
