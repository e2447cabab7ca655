import { reasonPhrase } from '@ringback/sip';
import type { CallFacts } from '../call-facts.ts';
import { type Finding, fact, type Rule } from '../rule.ts';
import { named, quoted, sentenceOf } from '../words.ts';

// A phone was reached and said no.

type Refusal = NonNullable<CallFacts['refusal']>;

interface Words {
  readonly sentence: string;
  readonly reference: string;
  readonly remedy: string;
}

/** A rule for the statuses named; `who` is the called party. */
function refused(
  name: string,
  statuses: (sipStatus: number) => boolean,
  words: (who: string, refusal: Refusal) => Words,
): Rule {
  return {
    name,
    find(facts) {
      const { refusal } = facts;
      if (!refusal || !statuses(refusal.sipStatus)) return undefined;
      return { ...words(named(facts.call.to), refusal), because: proofOf(facts, refusal) };
    },
  };
}

/** The page says by a Warning that it is the microphone that keeps it from taking the call (RFC 3261 20.43). */
const microphoneRefused: Rule = {
  name: 'microphone-refused',
  find(facts) {
    const { refusal, answered, call } = facts;
    const leg = refusal?.leg ?? answered;
    const message = facts
      .from(leg)
      .findLast(
        (candidate) =>
          candidate.isFinal &&
          candidate.answers('INVITE') &&
          /microphone/i.test(candidate.header('Warning') ?? ''),
      );
    if (!message) return undefined;
    const warning = /"([^"]*)"/.exec(message.header('Warning') ?? '')?.[1] ?? '';
    const who = named(call.to);
    return {
      sentence: refusal
        ? `${who} could not take the call: the browser gave it no microphone.`
        : `${who} could only listen: the browser gave it no microphone, so the caller heard silence.`,
      because: [fact(`The page said: "${quoted(warning)}"`, message)],
      reference: 'RFC 3261 20.43',
      remedy:
        'Allow the microphone with the icon beside the address of that page, which has to be https:// or http://localhost; then call again.',
    };
  },
};

const busy = refused(
  'busy',
  (status) => status === 486 || status === 600,
  (who, { sipStatus }) => ({
    sentence: `${who} is busy.`,
    reference: sipStatus === 486 ? 'RFC 3261 21.4.24' : 'RFC 3261 21.6.1',
    remedy: 'Call again when the other call is over.',
  }),
);

const declined = refused(
  'declined',
  (status) => status === 603 || status === 403,
  (who, { sipStatus }) => ({
    sentence: `${who} declined the call.`,
    reference: sipStatus === 603 ? 'RFC 3261 21.6.2' : 'RFC 3261 21.4.4',
    remedy: 'Somebody, or a rule in that phone, does not want this call: try later, or in another way.',
  }),
);

const notAvailable = refused(
  'not-available',
  (status) => status === 480,
  (who) => ({
    sentence: `The phone of ${who} says that it is not available.`,
    reference: 'RFC 3261 21.4.18',
    remedy: 'It may be set to do-not-disturb. Call again later.',
  }),
);

const unknownThere = refused(
  'unknown-there',
  (status) => status === 404 || status === 604,
  (who, { sipStatus }) => ({
    sentence: `The phone registered for ${who} does not know that number.`,
    reference: sipStatus === 404 ? 'RFC 3261 21.4.5' : 'RFC 3261 21.6.3',
    remedy: 'See that the account in that phone has the same number as its subscriber here.',
  }),
);

const redirected = refused(
  'redirected',
  (status) => status >= 300 && status < 400,
  (who, { sipStatus, message }) => ({
    sentence: `The phone of ${who} sends its calls elsewhere (${sipStatus}${contactOf(message)}), and this network does not follow.`,
    reference: 'RFC 3261 21.3',
    remedy: 'Switch call forwarding off in that phone.',
  }),
);

/** 503 of the phone, or of a network that takes no calls at the moment. */
const overloaded: Rule = {
  name: 'overloaded',
  find(facts) {
    const { refusal, call } = facts;
    const phone = refusal?.sipStatus === 503 ? refusal : undefined;
    if (!phone && !facts.endedBy('no-calls-taken')) return undefined;
    const retryAfter = (phone?.message ?? facts.verdict(facts.caller))?.header('Retry-After');
    const again = retryAfter
      ? `Try again in ${Number.parseInt(retryAfter, 10)} s.`
      : 'Try again in a moment.';
    return {
      sentence: phone
        ? `The phone of ${named(call.to)} has too much to do, or is out of service (503).`
        : 'The network took no calls at that moment (503).',
      because: phone ? proofOf(facts, phone) : [fact(sentenceOf(facts.end), facts.verdict(facts.caller))],
      reference: 'RFC 3261 21.5.4',
      remedy: phone ? again : `${again} Network, on the page, tells which part is missing.`,
    };
  },
};

const phoneFault = refused(
  'phone-fault',
  (status) => status >= 500 && status < 600,
  (who, { sipStatus }) => ({
    sentence: `The phone of ${who} failed: it answered ${phrase(sipStatus)}.`,
    reference: 'RFC 3261 21.5',
    remedy: 'Restart that phone; if it stays so, its own log tells more.',
  }),
);

/** Every other final response. */
const otherRefusal = refused(
  'refused',
  () => true,
  (who, { sipStatus }) => ({
    sentence: `The phone of ${who} refused the call with ${phrase(sipStatus)}.`,
    reference: sipStatus >= 600 ? 'RFC 3261 21.6' : 'RFC 3261 21.4',
    remedy: 'Open the message: its Warning and Reason headers, if it has any, tell more.',
  }),
);

export const refusalRules: readonly Rule[] = [
  microphoneRefused,
  busy,
  declined,
  notAvailable,
  unknownThere,
  redirected,
  overloaded,
  phoneFault,
  otherRefusal,
];

function proofOf(facts: CallFacts, { leg, sipStatus, message }: Refusal): Finding['because'] {
  const said = message?.record.summary ?? phrase(sipStatus);
  const verdict = facts.verdict(facts.caller);
  const extra = ['Warning', 'Reason', 'Retry-After'].flatMap((name) => {
    const value = message?.header(name);
    return value === undefined ? [] : [fact(`${name}: ${quoted(value)}`, message)];
  });
  return [
    fact(
      `The phone${leg.remoteAddress === null ? '' : ` at ${leg.remoteAddress}`} answered ${said}.`,
      message,
    ),
    ...extra,
    ...(verdict ? [fact(`The caller was told ${verdict.record.summary}.`, verdict)] : []),
  ];
}

function phrase(sipStatus: number): string {
  return `${sipStatus} ${reasonPhrase(sipStatus)}`.trim();
}

function contactOf(message: Refusal['message']): string {
  const contact = message?.header('Contact');
  return contact === undefined ? '' : ` to ${quoted(contact)}`;
}
