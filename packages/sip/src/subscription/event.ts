import { isToken } from '../characters.ts';
import { parseParams } from '../params.ts';
import { parseSeconds } from '../scalar.ts';

/** Value of Event (RFC 6665 8.2.1). Both are compared byte by byte. */
export interface EventType {
  /** `presence`, `presence.winfo`, `refer`. */
  readonly type: string;
  /** Tells subscriptions of one dialog apart; the CSeq number of its REFER for `refer` (RFC 3515 2.4.6). */
  readonly id: string | undefined;
}

/** What a Subscription-State says (RFC 6665 8.2.3). */
export interface SubscriptionStatus {
  /** An extension's state counts as `active`, since only `terminated` ends anything. */
  readonly state: 'active' | 'pending' | 'terminated';
  /** Seconds the subscription has left, when it says so. */
  readonly expiresSec: number | undefined;
  /** Why it is over: `timeout`, `deactivated`, `noresource`… */
  readonly reason: string | undefined;
}

/** "token;name=value"; undefined when it is anything else. */
function readToken(value: string): { token: string; params: ReadonlyMap<string, string> } | undefined {
  const semicolon = value.indexOf(';');
  const token = (semicolon < 0 ? value : value.slice(0, semicolon)).trim();
  const params = parseParams(value, semicolon < 0 ? value.length : semicolon);
  return params === undefined || !isToken(token) ? undefined : { token, params };
}

/** Reads `refer;id=93809824`; undefined on bad syntax. */
export function parseEvent(value: string): EventType | undefined {
  const read = readToken(value);
  return read && { type: read.token, id: read.params.get('id') };
}

/** Reads `terminated;reason=timeout`; undefined on bad syntax. */
export function parseSubscriptionState(value: string): SubscriptionStatus | undefined {
  const read = readToken(value);
  if (read === undefined) return undefined;
  const state = read.token.toLowerCase();
  return {
    state: state === 'pending' || state === 'terminated' ? state : 'active',
    expiresSec: parseSeconds(read.params.get('expires') ?? ''),
    reason: read.params.get('reason')?.toLowerCase(),
  };
}
