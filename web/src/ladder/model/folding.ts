import type { SipMessageRecord } from '@ringback/contracts';
import { headerText, parameterOf, parseSip } from '../sip/sip-text.ts';

/** A message and the times it was sent again. */
export interface Folded {
  first: SipMessageRecord;
  repeats: SipMessageRecord[];
}

/** Retransmissions go to the message that they repeat; the order is that of the first ones. */
export function folded(messages: readonly SipMessageRecord[]): Folded[] {
  const groups = new Map<string, Folded>();
  for (const message of messages) {
    const key = transmissionKey(message);
    const known = groups.get(key);
    if (known) known.repeats.push(message);
    else groups.set(key, { first: message, repeats: [] });
  }
  return [...groups.values()];
}

const keys = new WeakMap<SipMessageRecord, string>();

/** The same for a message and what is sent again of it: read once, as a message never changes. */
function transmissionKey(message: SipMessageRecord): string {
  const known = keys.get(message);
  if (known !== undefined) return known;
  const key = keyOf(message);
  keys.set(message, key);
  return key;
}

/**
 * RFC 3261 17.1.1.2, 17.2.1, 13.2.2.4: a retransmission is the same request or response of the same transaction (its top
 * Via's branch) and dialog (its tags) on the same way.
 */
function keyOf({ sipCallId, direction, source, destination, summary, cseq, raw }: SipMessageRecord): string {
  const text = parseSip(raw);
  const branch = parameterOf(headerText(text, 'Via'), 'branch');
  const tags = [headerText(text, 'From'), headerText(text, 'To')].map((value) => parameterOf(value, 'tag'));
  // Of an element older than RFC 3261 nothing tells a retransmission but that it is the same.
  const transaction = branch?.startsWith('z9hG4bK') ? [branch, ...tags] : [raw];
  return [sipCallId, direction, source, destination, summary, cseq, ...transaction].join('\n');
}
