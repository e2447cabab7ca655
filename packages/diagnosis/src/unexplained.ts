import type { CallFacts } from './call-facts.ts';
import { type Finding, fact } from './rule.ts';

/** What stands where the name of a rule would. */
export const UNEXPLAINED = 'unexplained';

/** What is said of a call that no rule explains: a fault of our own, or an end that nobody has foreseen. */
export function unexplained(facts: CallFacts): Finding {
  const { sipStatus, sentence, by } = facts.end;
  const because = [
    fact(
      `The call was ended by ${by === 'network' ? 'the network' : `the ${by}`}.`,
      facts.verdict(facts.caller),
    ),
  ];
  if (facts.endedBy('internal-error'))
    return {
      sentence: 'The network ended this call by a fault of its own.',
      because,
      reference: 'RFC 3261 21.5.1',
      remedy: 'Call again. The log of Ringback at this time tells what went wrong; please report it.',
    };
  return {
    sentence: `It was not answered (${sipStatus}): ${sentence.replace(/\.$/, '')}.`,
    because,
    reference: sipStatus >= 600 ? 'RFC 3261 21.6' : sipStatus >= 500 ? 'RFC 3261 21.5' : 'RFC 3261 21.4',
    remedy: 'Open the messages of the call: the final response to the INVITE tells what is known.',
  };
}
