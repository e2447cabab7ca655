import type { CallParty } from '@ringback/contracts';
import {
  escapeUser,
  formatNameAddr,
  header,
  noParams,
  parseNameAddr,
  parseUri,
  type SipRequest,
  unescapeUri,
} from '@ringback/sip';
import type { SubscriberRow } from '@ringback/store';

export type Identity = { kind: 'identity'; party: CallParty } | { kind: 'refuse'; reason: string };

/** Longest name that is shown on the called phone. */
const MAX_NAME = 64;

/**
 * Who the caller may say to be: a subscriber's From names its own number, and the name that phones show is the one on
 * record here when there is one. A voice speaks for whoever asked it to, so its From is taken as it stands.
 */
export function callerIdentity(
  request: SipRequest,
  subscriber: Pick<SubscriberRow, 'number' | 'displayName' | 'kind'>,
  isOwnHost: (host: string) => boolean,
): Identity {
  const from = parseNameAddr(header(request, 'From') ?? '');
  const uri = from && parseUri(from.uri);
  if (!from || !uri) return { kind: 'refuse', reason: 'Bad From' };
  const shown = cleanName(from.displayName);
  const number = unescapeUri(uri.user ?? '');
  if (subscriber.kind === 'voice') {
    const usable = /^[A-Za-z0-9+*#._-]{1,64}$/.test(number) && isOwnHost(uri.host);
    const party = {
      number: usable ? number : subscriber.number,
      displayName: shown ?? subscriber.displayName,
    };
    return { kind: 'identity', party };
  }
  if (number !== subscriber.number || !isOwnHost(uri.host))
    return { kind: 'refuse', reason: 'From Is Not Yours' };
  return { kind: 'identity', party: { number, displayName: subscriber.displayName ?? shown } };
}

/** One line of text without control characters, null when nothing is left. */
export function cleanName(name: string | undefined): string | null {
  const clean = (name ?? '').replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '').trim();
  return clean === '' ? null : [...clean].slice(0, MAX_NAME).join('');
}

/** A From or To value for a party of this network, without a tag. */
export function partyHeader({ number, displayName }: CallParty, domain: string): string {
  return formatNameAddr({
    displayName: displayName ?? undefined,
    uri: `sip:${escapeUser(number)}@${domain}`,
    params: noParams,
  });
}
