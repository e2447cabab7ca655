import type { CallFacts } from '../call-facts.ts';
import { fact, type Rule } from '../rule.ts';
import { named, times } from '../words.ts';

// The network knew where the phone should be, and did not reach it.

/** RFC 3261 21.4.11 and RFC 5626 5.3, or no response of the phone at all behind a failure that the SIP server made. */
const transportGone: Rule = {
  name: 'transport-gone',
  find(facts) {
    const { refusal, call } = facts;
    if (!refusal) return undefined;
    const said = refusal.sipStatus === 410 || refusal.sipStatus === 430;
    const local = refusal.message === undefined && refusal.sipStatus === 480 && facts.messages.length > 0;
    if (!said && !local) return undefined;
    const { leg } = refusal;
    return {
      sentence: `The connection to the phone of ${named(call.to)} is gone: it was closed without a word, or lost its network.`,
      because: [
        fact(
          `Its contact was reached over ${leg.transport ?? 'the network'} at ${leg.remoteAddress ?? 'an unknown address'}, and there is no way to it any more.`,
          facts.invite(leg),
        ),
        fact(`The caller got ${facts.end.sipStatus}.`, facts.verdict(facts.caller)),
      ],
      reference: 'RFC 5626 5.3',
      remedy: 'Open its page, or start that phone, again; it can be called as soon as it has registered.',
    };
  },
};

/** Timer B (RFC 3261 17.1.1.2), or our own patience before it. */
const noResponse: Rule = {
  name: 'no-response',
  find(facts) {
    const { refusal } = facts;
    const timerB = refusal?.sipStatus === 408 && refusal.message === undefined;
    if (!timerB && !facts.endedBy('no-response')) return undefined;
    const invites = facts.callees.flatMap((leg) => invitesTo(facts, leg.id));
    return {
      sentence: `The phone of ${named(facts.call.to)} gave no sign of life: not one response to the INVITE.`,
      because: [
        fact(`The INVITE was sent ${times(Math.max(1, invites.length))}, and nothing came back.`, ...invites),
        ...facts.callees.flatMap(({ remoteAddress }) =>
          remoteAddress === null ? [] : [fact(`It had registered from ${remoteAddress}.`)],
        ),
      ],
      reference: 'RFC 3261 17.1.1.2',
      remedy:
        'It was switched off without saying so, or a NAT or firewall has forgotten it: let it register more often, or over TCP.',
    };
  },
};

export const unreachableRules: readonly Rule[] = [transportGone, noResponse];

function invitesTo(facts: CallFacts, legId: string) {
  return facts.messages.filter(
    (message) =>
      message.record.legId === legId && message.record.direction === 'out' && message.asks('INVITE'),
  );
}
