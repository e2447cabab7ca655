/** Why something was not taken, or was answered by the server itself: few and known, since each is a label of a metric. */
export const REFUSAL_REASONS = [
  /** More messages from one address than its rate allows. */
  'rate',
  /** From an address that is banned. */
  'banned',
  /** More connections from one address than it may have. */
  'connections',
  /** No SIP, or a request that was answered 400 and its like. */
  'malformed',
  /** 401, 403 or 407 from an application. */
  'authentication',
  'spammer',
  /** REGISTER to a bare IP address. */
  'no-realm',
  /** 503 because there is too much to do. */
  'overload',
  /** No application asked for that method. */
  'unrouted',
  /** Well-formed, and against the rules all the same. */
  'invalid',
  /** In a dialog that there is not. */
  'no-dialog',
  /** A contact that is another client's, our own, or one too many of its connection. */
  'binding',
] as const;

export type RefusalReason = (typeof REFUSAL_REASONS)[number];
export type RefusalCounts = Record<RefusalReason, number>;

export const noRefusals = (): RefusalCounts =>
  Object.fromEntries(REFUSAL_REASONS.map((reason) => [reason, 0])) as RefusalCounts;
