import type { Why } from '@ringback/contracts';
import { CallFacts, type Evidence } from './call-facts.ts';
import { RULES } from './rules.ts';
import { UNEXPLAINED, unexplained } from './unexplained.ts';

/** Why an ended call ended as it did; null for one that goes on. */
export function diagnose(evidence: Evidence): Why | null {
  const { end } = evidence.call;
  if (end === null) return null;
  const facts = new CallFacts(evidence, end);
  for (const { name, find } of RULES) {
    const finding = find(facts);
    if (finding) return { rule: name, ...finding };
  }
  return { rule: UNEXPLAINED, ...unexplained(facts) };
}
