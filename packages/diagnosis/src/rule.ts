import type { Fact, Why } from '@ringback/contracts';
import type { CallFacts } from './call-facts.ts';
import type { CapturedMessage } from './captured-message.ts';

/** What a rule has to say of a call that it applies to. */
export type Finding = Omit<Why, 'rule'>;

/** One reason for which calls end as they do. */
export interface Rule {
  readonly name: string;
  /** Undefined for a call that ended for another reason. */
  find(facts: CallFacts): Finding | undefined;
}

export function fact(text: string, ...proof: readonly (CapturedMessage | undefined)[]): Fact {
  return { text, messageIds: proof.flatMap((message) => (message ? [message.id] : [])) };
}
