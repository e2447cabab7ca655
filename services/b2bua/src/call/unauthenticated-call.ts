import { type Call, type CallEnd, partyKindOf } from '@ringback/contracts';
import { header, parseNameAddr, parseUri, unescapeUri } from '@ringback/sip';
import { uuidv7 } from 'uuidv7';
import type { Attempt } from '../auth/failed-attempts.ts';
import { cleanName } from '../routing/caller-identity.ts';
import { formatSource, type Incoming } from '../sip-server/incoming.ts';
import { CallRecord, type CallRecordDeps } from './call-record.ts';
import { freshCall } from './fresh-call.ts';

const SENTENCES = {
  'no-credentials': 'The caller gave no password',
  'other-realm': 'The caller answered the challenge for another realm',
  'wrong-password': "The caller's password is wrong",
  'stale-nonce': 'The caller goes on with a nonce that has run out',
} satisfies Record<Attempt, string>;

/** Records a call that never got past the password check: who it was from is only what it says of itself. */
export function recordUnauthenticated(
  deps: CallRecordDeps,
  { message, transport, ...origin }: Incoming,
  attempt: Attempt,
): void {
  const nowMs = deps.nowMs();
  const startedAt = new Date(nowMs).toISOString();
  const from = partyIn(header(message, 'From') ?? '');
  const to = { number: userOf(message.uri), displayName: null };
  const call = freshCall(uuidv7(), from, to, startedAt);
  const end: CallEnd = {
    by: 'network',
    sipStatus: 407,
    q850Cause: 21,
    sentence: SENTENCES[attempt],
    code: 'not-authenticated',
  };
  const record = new CallRecord(deps, call, false);
  const legId = uuidv7();
  record.legAdded({
    id: legId,
    callId: call.id,
    role: 'caller',
    sipCallId: header(message, 'Call-ID') ?? '',
    ...from,
    kind: partyKindOf('subscriber', transport),
    transport,
    remoteAddress: formatSource({ message, transport, ...origin }),
    userAgent: header(message, 'User-Agent')?.slice(0, 200) ?? null,
    startedAt,
  });
  record.legState(legId, 'terminated', end.sipStatus);
  record.ended(end, nowMs);
}

const MAX_NUMBER = 64;

function partyIn(value: string): Call['from'] {
  const address = parseNameAddr(value);
  return {
    number: address ? userOf(address.uri) : 'unknown',
    displayName: cleanName(address?.displayName),
  };
}

function userOf(uri: string): string {
  const user = unescapeUri(parseUri(uri)?.user ?? '');
  return cleanName(user)?.slice(0, MAX_NUMBER) ?? 'unknown';
}
