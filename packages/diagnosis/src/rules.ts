import type { Rule } from './rule.ts';
import { authenticationRules } from './rules/authentication.ts';
import { descriptionRules } from './rules/description.ts';
import { dialledRules } from './rules/dialled.ts';
import { dialogRules } from './rules/dialog.ts';
import { mediaPathRules } from './rules/media-path.ts';
import { networkRules } from './rules/network.ts';
import { ordinary } from './rules/ordinary.ts';
import { refusalRules } from './rules/refusal.ts';
import { silenceRules } from './rules/silence.ts';
import { speechRules } from './rules/speech.ts';
import { unreachableRules } from './rules/unreachable.ts';
import { waitingRules } from './rules/waiting.ts';

/**
 * The most specific first: the first that applies explains the call. What the network did comes before what phones said,
 * what phones said before what was heard, and what was heard before what was spoken.
 */
export const RULES: readonly Rule[] = [
  ...networkRules,
  ...authenticationRules,
  ...dialledRules,
  ...descriptionRules,
  ...dialogRules,
  ...unreachableRules,
  ...refusalRules,
  ...mediaPathRules,
  ...silenceRules,
  ...speechRules,
  ...waitingRules,
  ordinary,
];

export const RULE_NAMES: readonly string[] = RULES.map(({ name }) => name);
