import { reasonPhrase } from '@ringback/sip';
import type { CallFacts } from '../call-facts.ts';
import { type Finding, fact, type Rule } from '../rule.ts';
import { named } from '../words.ts';

// What was dialled leads nowhere: the network itself says so, no phone was asked.

const unknownNumber: Rule = {
  name: 'unknown-number',
  find(facts) {
    const { call } = facts;
    if (!facts.endedBy('unknown-number', 'nothing-dialled')) return undefined;
    const empty = facts.endedBy('nothing-dialled');
    return dead(facts, {
      sentence: empty ? 'The call named no number.' : `Nobody has the number ${call.to.number}.`,
      known: empty
        ? 'The address dialled has no user part.'
        : `No subscriber has the number or the name ${call.to.number}.`,
      reference: 'RFC 3261 21.4.5',
      remedy: 'Dial one of the numbers on the Phones page, or make a new subscriber there.',
    });
  },
};

const noPhone: Rule = {
  name: 'no-phone',
  find(facts) {
    if (!facts.endedBy('no-phone')) return undefined;
    const who = named(facts.call.to);
    return dead(facts, {
      sentence: `${who} has no phone registered.`,
      known: `No contact of ${facts.call.to.number} was registered when it was dialled.`,
      reference: 'RFC 3261 21.4.18',
      remedy: `Start the phone of ${who}, or open its page, and see that it registers; the Phones page tells who is online.`,
    });
  },
};

const noVoice: Rule = {
  name: 'no-voice',
  find(facts) {
    if (!facts.endedBy('no-voice')) return undefined;
    return dead(facts, {
      sentence: 'No voice was there to take this call.',
      known: 'No voice worker was registered.',
      reference: 'RFC 3261 21.4.18',
      remedy: 'See that the voice runs (Network, on the page, tells it); then call again.',
    });
  },
};

const otherDomain: Rule = {
  name: 'other-domain',
  find(facts) {
    if (!facts.endedBy('other-domain')) return undefined;
    return dead(facts, {
      sentence: 'The call was for another SIP domain, and this network does not pass calls on.',
      known: `The INVITE names ${facts.invite(facts.caller)?.record.summary.replace('INVITE ', '') ?? 'it'}.`,
      reference: 'RFC 3261 21.4.4',
      remedy: 'Dial a number of this network alone, without what follows the @.',
    });
  },
};

const testNumber: Rule = {
  name: 'test-number',
  find(facts) {
    if (!facts.endedBy('test-number')) return undefined;
    const status = facts.end.sipStatus;
    return dead(facts, {
      sentence: `${facts.call.to.number} is a test number, which answers every call with ${`${status} ${reasonPhrase(status)}`.trim()}.`,
      known: 'Three digits from 400 to 699 answer with that SIP status.',
      reference: 'RFC 3261 21',
      remedy: 'Dial the number of a phone to reach one.',
    });
  },
};

export const dialledRules: readonly Rule[] = [unknownNumber, noPhone, noVoice, otherDomain, testNumber];

interface DeadEnd extends Omit<Finding, 'because'> {
  readonly known: string;
}

function dead(facts: CallFacts, { known, ...rest }: DeadEnd): Finding {
  const { caller } = facts;
  const verdict = facts.verdict(caller);
  return {
    ...rest,
    because: [
      fact(known, facts.invite(caller)),
      ...(verdict ? [fact(`The network answered ${verdict.record.summary}.`, verdict)] : []),
    ],
  };
}
