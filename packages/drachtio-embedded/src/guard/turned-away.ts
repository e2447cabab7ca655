import { isIPv4 } from 'node:net';
import { parseUri, type SipRequest } from '@ringback/sip';
import type { Core } from '../core/core.ts';
import type { Flow } from '../transport/flow.ts';
import { refuse } from '../uas/refuse.ts';
import { spammerAction } from './spammers.ts';

/** Whether a new request is a scanner's, and so was answered or dropped here. */
export function turnedAway(core: Core, flow: Flow, request: SipRequest): boolean {
  const { guard } = core;
  const { spammers, rejectRegisterWithNoRealm } = guard.settings;
  const action = spammers && spammerAction(spammers, request, flow.reliable);
  // Who registers to an address and not to a domain found it by trying addresses.
  const isAimless =
    rejectRegisterWithNoRealm && request.method === 'REGISTER' && isIPv4(parseUri(request.uri)?.host ?? '');
  if (!action && !isAimless) return false;
  guard.strike(flow.remote.host, flow.reliable);
  if (action === 'discard') guard.count('spammer');
  else if (action === 'reject') refuse(core, flow, request, { status: 603, reason: '', because: 'spammer' });
  else refuse(core, flow, request, { status: 403, reason: '', because: 'no-realm' });
  return true;
}
