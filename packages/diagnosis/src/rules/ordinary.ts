import type { CallFacts } from '../call-facts.ts';
import { type Finding, fact, type Rule } from '../rule.ts';
import { duration, named } from '../words.ts';

/** A call that was up, and of which nothing worse is known. */
export const ordinary: Rule = {
  name: 'ordinary',
  find: (facts) =>
    facts.answeredAfterMs === null || facts.endedBy('internal-error') ? undefined : hungUp(facts),
};

function hungUp(facts: CallFacts): Finding {
  const { bye, answeredAfterMs } = facts;
  const answered = facts
    .to(facts.caller)
    .find(({ status, record }) => status === 200 && record.method === 'INVITE');
  const spoken = facts.events.find(({ type }) => type === 'speech.finished');
  return {
    sentence: `Answered after ${duration(answeredAfterMs ?? 0)}; ${whoHungUp(facts)} after ${duration(facts.lastedMs)}${
      spoken && facts.end.by === 'caller' ? ', when the text was finished' : ''
    }.`,
    because: [
      ...(answered ? [fact('The call was answered.', answered)] : []),
      ...(spoken ? [fact(`${spoken.detail}.`)] : []),
      ...(bye ? [fact(`BYE came from ${senderOf(facts)}.`, bye, facts.messages.find(answersBye))] : []),
    ],
    reference: 'RFC 3261 15.1',
    remedy: null,
  };
}

function whoHungUp({ end, call }: CallFacts): string {
  if (end.by === 'caller') return 'the caller hung up';
  if (end.by === 'callee') return `${named(call.to)} hung up`;
  return end.code === 'hung-up-over-api' ? 'it was hung up over the API' : 'the network hung up';
}

function senderOf({ end }: CallFacts): string {
  if (end.by === 'caller') return 'the caller';
  return end.by === 'callee' ? 'the called party' : 'the network';
}

function answersBye(message: CallFacts['messages'][number]): boolean {
  return message.isFinal && message.answers('BYE');
}
