import { fact, type Rule } from '../rule.ts';
import { duration, named, sentenceOf } from '../words.ts';

// It rang, or was to ring, and somebody stopped waiting, or picked up only to hang up.

const noAnswer: Rule = {
  name: 'no-answer',
  find(facts) {
    if (!facts.endedBy('no-answer')) return undefined;
    const { call, callees } = facts;
    const rang = callees.flatMap((leg) => facts.from(leg).filter(({ status }) => status === 180));
    const cancels = facts.messages.filter((message) => message.asks('CANCEL'));
    const phones = callees.length === 1 ? 'Its phone' : `${callees.length} phones`;
    return {
      sentence: `${named(call.to)} did not answer${call.ringingAt && call.endedAt ? ` within ${duration(Date.parse(call.endedAt) - Date.parse(call.ringingAt))}` : ''}.`,
      because: [
        fact(`${phones} rang.`, ...rang),
        ...(cancels.length > 0 ? [fact('Then the network stopped the ringing.', ...cancels)] : []),
      ],
      reference: 'RFC 3261 21.4.18',
      remedy: 'Call again later.',
    };
  },
};

const canceled: Rule = {
  name: 'canceled',
  find(facts) {
    const { call, end } = facts;
    const api = facts.endedBy('hung-up-over-api');
    if (call.answeredAt !== null || end.sipStatus !== 487) return undefined;
    const cancel = facts.from(facts.caller).find((message) => message.asks('CANCEL'));
    const waited = call.endedAt ? Date.parse(call.endedAt) - Date.parse(call.createdAt) : 0;
    const when = call.ringingAt === null ? 'before it rang' : `after ${duration(waited)}, while it rang`;
    return {
      sentence: api ? `The call was called off over the API ${when}.` : `The caller gave up ${when}.`,
      because: cancel
        ? [fact('The caller sent CANCEL.', cancel)]
        : [fact(sentenceOf(end), facts.verdict(facts.caller))],
      reference: api ? 'RFC 3261 21.4.25' : 'RFC 3261 9.1',
      remedy: null,
    };
  },
};

/** Its 200 and its BYE came before the caller could be told of the answer (RFC 3261 15.1). */
const hungUpAtOnce: Rule = {
  name: 'hung-up-at-once',
  find(facts) {
    if (!facts.endedBy('hung-up-at-once')) return undefined;
    const leg = facts.callees.find(({ sipStatus }) => sipStatus === 200);
    const took = facts.from(leg).find((message) => message.status === 200 && message.answers('INVITE'));
    return {
      sentence: `${named(facts.call.to)} picked up and hung up at once, before the caller was connected.`,
      because: [
        fact('The phone answered.', took),
        fact(
          'At once it hung up.',
          facts.from(leg).find((message) => message.asks('BYE')),
        ),
      ],
      reference: 'RFC 3261 15.1',
      remedy:
        'Call again. If it happens each time, look at that phone: its automatic answer, its headset, or its log.',
    };
  },
};

export const waitingRules: readonly Rule[] = [noAnswer, canceled, hungUpAtOnce];
