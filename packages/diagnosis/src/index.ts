export type { Evidence } from './call-facts.ts';
export { diagnose } from './diagnose.ts';
export { RULE_NAMES } from './rules.ts';
