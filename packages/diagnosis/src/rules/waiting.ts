import { fact, type Rule } from '../rule.ts';
import { duration, named } from '../words.ts';

// It rang, or was to ring, and somebody stopped waiting.

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
        : [fact(`${end.sentence}.`.replace(/\.\.$/, '.'), facts.verdict(facts.caller))],
      reference: 'RFC 3261 9.1',
      remedy: null,
    };
  },
};

export const waitingRules: readonly Rule[] = [noAnswer, canceled];
