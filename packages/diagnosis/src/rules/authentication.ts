import { parseAuth } from '@ringback/sip';
import type { CapturedMessage } from '../captured-message.ts';
import { type Finding, fact, type Rule } from '../rule.ts';
import { named, times } from '../words.ts';

/** The caller answered the challenge, and was challenged again (RFC 3261 22.3 has it stop there). */
const callerNotAuthenticated: Rule = {
  name: 'not-authenticated',
  find(facts) {
    if (!facts.endedBy('not-authenticated')) return undefined;
    const { caller, call } = facts;
    const invites = facts.from(caller).filter((message) => message.asks('INVITE'));
    const challenges = facts.to(caller).filter(isChallenge);
    const tried = invites.findLast((message) => credentialsIn(message) !== undefined);
    const challenge = challenges.at(-1);
    const given = tried && credentialsIn(tried);
    const asked = challenge && challengeIn(challenge);
    const because = [
      fact(`The network asked for a password ${times(challenges.length)}.`, ...challenges),
      ...(given
        ? [fact(`The phone answered as ${given.username} for the realm ${given.realm}.`, tried)]
        : []),
    ];
    const who = named(call.from);
    if (given && asked && given.realm !== asked.realm)
      return wrongRealm(who, given.realm, asked.realm, because);
    if (asked?.stale) return staleNonce(who, because);
    return {
      sentence: `The password of ${who} is wrong: the phone answered the network's challenge, and was refused.`,
      because,
      reference: 'RFC 3261 22.3',
      remedy: `Enter the password of ${given?.username ?? who} again in that phone; the Phones page can make a new one.`,
    };
  },
};

/** A called phone that wants a password of us, which a network cannot have (RFC 3261 22.2). */
const phoneChallenges: Rule = {
  name: 'phone-asks-password',
  find(facts) {
    const { refusal, call } = facts;
    if (!refusal || (refusal.sipStatus !== 401 && refusal.sipStatus !== 407)) return undefined;
    return {
      sentence: `The phone of ${named(call.to)} asked the network for a password (${refusal.sipStatus}).`,
      because: [fact(`The phone answered the INVITE with ${refusal.sipStatus}.`, refusal.message)],
      reference: refusal.sipStatus === 401 ? 'RFC 3261 21.4.2' : 'RFC 3261 21.4.8',
      remedy: 'Switch the authentication of incoming calls off in that phone; it trusts its registrar.',
    };
  },
};

export const authenticationRules: readonly Rule[] = [callerNotAuthenticated, phoneChallenges];

function wrongRealm(who: string, given: string, asked: string, because: Finding['because']): Finding {
  return {
    sentence: `The phone of ${who} has its password for the realm ${given}, and this network is ${asked}.`,
    because,
    reference: 'RFC 3261 22.1',
    remedy: `Leave the realm of that phone empty, or set it to ${asked}.`,
  };
}

function staleNonce(who: string, because: Finding['because']): Finding {
  return {
    sentence: `The phone of ${who} answers every challenge with an old nonce, though the network offers a new one each time.`,
    because,
    reference: 'RFC 7616 3.3',
    remedy:
      'Restart that phone. If that does not help, bring its software up to date: it does not heed stale=true.',
  };
}

function isChallenge(message: CapturedMessage): boolean {
  return message.status === 401 || message.status === 407;
}

function challengeIn(message: CapturedMessage): { realm: string; stale: boolean } | undefined {
  const [value] = [...message.headers('Proxy-Authenticate'), ...message.headers('WWW-Authenticate')];
  const params = value === undefined ? undefined : parseAuth(value)?.params;
  return params && { realm: params.get('realm') ?? '', stale: params.get('stale')?.toLowerCase() === 'true' };
}

function credentialsIn(message: CapturedMessage): { username: string; realm: string } | undefined {
  const [value] = [...message.headers('Proxy-Authorization'), ...message.headers('Authorization')];
  const params = value === undefined ? undefined : parseAuth(value)?.params;
  return params && { username: params.get('username') ?? '', realm: params.get('realm') ?? '' };
}
