import type { Leg } from '@ringback/contracts';
import type { CallFacts } from '../call-facts.ts';
import type { CapturedMessage } from '../captured-message.ts';
import { type Finding, fact, type Rule } from '../rule.ts';
import { capital, counted, named, roleOf, sentenceOf } from '../words.ts';

// The path of the sound broke, or was never there, and the call ended by it.

/** What JsSIP says in its BYE when the browser's ICE has failed. */
const BROWSER_GAVE_UP = /cause\s*=\s*408.*RTP Timeout/i;

/** By then a browser on a slow machine has found its path. */
const LONG_ENOUGH_MS = 3000;

const iceFailed: Rule = {
  name: 'ice-failed',
  find(facts) {
    const bye = facts.messages.find(
      (message) => message.asks('BYE') && BROWSER_GAVE_UP.test(message.header('Reason') ?? ''),
    );
    const told = facts.endedBy('media-path-failed') && /\bICE\b/.test(facts.end.sentence);
    const leg = told || bye ? legOf(facts, bye) : neverHeard(facts);
    if (!leg) return undefined;
    if (leg.media !== null && leg.media.packets > 0) return pathLost(facts, leg, bye);
    const description = describedBy(facts, leg);
    const candidates = description?.body.match(/^a=candidate:\S+ \d+ udp /gim)?.length ?? 0;
    return {
      sentence: `ICE found no path for the sound between ${browserOf(facts, leg)} and the media server.`,
      because: [
        ...(description
          ? [
              fact(
                `The browser named ${counted(candidates, 'address', 'addresses')} for UDP (a=candidate).`,
                description,
              ),
            ]
          : []),
        ...(bye ? [fact('The browser hung up because nothing came through.', bye)] : []),
        ...(told ? [fact(sentenceOf(facts.end))] : []),
        ...(told || bye ? [] : [fact('No packet of sound came from it.')]),
      ],
      reference: 'RFC 8445 8.1.2',
      remedy:
        candidates === 0
          ? 'Allow WebRTC over UDP in that browser: a policy, a VPN or an extension keeps it back.'
          : 'See that UDP reaches the media ports (RINGBACK_RTP_PORTS) at RINGBACK_PUBLIC_HOST, and no firewall is between.',
    };
  },
};

/** Consent to send is asked for all the time, and this browser gives it no more (RFC 7675 5.1). */
function pathLost(facts: CallFacts, leg: Leg, bye: CapturedMessage | undefined): Finding {
  return {
    sentence: `The path of the sound to ${browserOf(facts, leg)} broke during the call.`,
    because: [
      fact(`${leg.media?.packets ?? 0} packets came from there before.`),
      bye ? fact('The browser hung up because nothing came through.', bye) : fact(sentenceOf(facts.end)),
    ],
    reference: 'RFC 7675 5.1',
    remedy: 'Its page was closed or its network changed. Call again when it is back.',
  };
}

const dtlsFailed: Rule = {
  name: 'dtls-failed',
  find(facts) {
    const leg = legOf(facts, undefined);
    if (!leg || !facts.endedBy('media-path-failed') || !/\bDTLS\b/.test(facts.end.sentence)) return undefined;
    return {
      sentence: `The keys for the sound of ${browserOf(facts, leg)} could not be agreed on: the DTLS handshake failed.`,
      because: [
        fact(sentenceOf(facts.end)),
        fact(
          'Its certificate has to have the fingerprint that its description names.',
          describedBy(facts, leg),
        ),
      ],
      reference: 'RFC 8122 5',
      remedy:
        'Something on the way changes the SDP, such as a proxy or a SIP ALG: take it out, or sign in over WSS; then reload the page and call again.',
    };
  },
};

/** DTLS says goodbye (close_notify) where SIP has not. */
const pathClosed: Rule = {
  name: 'media-path-closed',
  find(facts) {
    const leg = legOf(facts, undefined);
    if (!leg || !facts.endedBy('media-path-failed')) return undefined;
    return {
      sentence: `${capital(browserOf(facts, leg))} closed the path of the sound without hanging up.`,
      because: [fact(sentenceOf(facts.end), describedBy(facts, leg))],
      reference: 'RFC 5246 7.2.1',
      remedy: 'Its page was closed, reloaded or crashed. Call again when it is back.',
    };
  },
};

const mediaTimeout: Rule = {
  name: 'media-timeout',
  find(facts) {
    if (!facts.endedBy('media-timeout')) return undefined;
    const byes = facts.messages.filter(
      (message) => message.asks('BYE') && message.record.direction === 'out',
    );
    return {
      sentence: 'No sound came from either phone for so long that the media server gave the call up.',
      because: [
        ...facts.talking.map((leg) =>
          fact(`${leg.media?.packets ?? 0} packets of sound came from ${roleOf(leg)} in all.`),
        ),
        fact('So the network hung up.', ...byes),
      ],
      reference: 'RFC 3550 6.3.5',
      remedy:
        'See that RTP gets from the phones to RINGBACK_RTP_PORTS, and that no call is left on hold for longer than the timeout of the media server.',
    };
  },
};

export const mediaPathRules: readonly Rule[] = [iceFailed, dtlsFailed, pathClosed, mediaTimeout];

/** Once a browser has a path it sends all the time, silence too: one that was never heard has found none, if no other is known. */
function neverHeard(facts: CallFacts): Leg | undefined {
  if (facts.endedBy('media-path-failed') || facts.lastedMs < LONG_ENOUGH_MS) return undefined;
  return facts.talking.find(
    ({ kind, media }) => kind === 'browser' && (media?.packets ?? 0) === 0 && !media?.candidatePair,
  );
}

/** Whose path it was: that of the BYE, else the one the sentence names, else the browser's. */
function legOf(facts: CallFacts, bye: CapturedMessage | undefined): Leg | undefined {
  if (bye) return facts.legs.find(({ id }) => id === bye.record.legId);
  const { caller, answered } = facts;
  return / to the caller /.test(facts.end.sentence) ? caller : (answered ?? caller);
}

/** The offer or answer that this leg's endpoint gave first. */
function describedBy(facts: CallFacts, leg: Leg): CapturedMessage | undefined {
  return facts.from(leg).findLast((message) => message.record.method === 'INVITE' && message.body !== '');
}

function browserOf(facts: CallFacts, leg: Leg): string {
  const who = named(leg.role === 'caller' ? facts.call.from : facts.call.to);
  return leg.kind === 'browser' ? `the browser of ${who}` : `the phone of ${who}`;
}
