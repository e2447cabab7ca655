import { type Static, Type } from 'typebox';
import { Nullable } from './scalar.ts';

/** One thing that is known of a call, and the SIP messages that prove it. */
export const Fact = Type.Object({
  text: Type.String(),
  /** Ids of messages, in wire order; empty when the record alone tells it. */
  messageIds: Type.Array(Type.String()),
});
export type Fact = Static<typeof Fact>;

/** Why an ended call ended as it did. */
export const Why = Type.Object({
  /** The name of the rule that found it, such as `busy`. */
  rule: Type.String(),
  sentence: Type.String(),
  because: Type.Array(Fact),
  /** Where it is written what this means: `RFC 3261 21.4.24`. */
  reference: Type.String({ pattern: '^RFC [0-9]+ [0-9A-Z.]+$' }),
  /** What to do about it; null when nothing went wrong. */
  remedy: Nullable(Type.String()),
});
export type Why = Static<typeof Why>;
