import type { SipMessageRecord } from '@ringback/contracts';

/** More proofs than these say nothing that the first do not. */
const SHOWN = 4;

export interface Proof {
  readonly shown: readonly SipMessageRecord[];
  /** How many more there are. */
  readonly more: number;
}

/** The messages with these ids, as far as they have been read, in wire order. */
export function proofOf(messageIds: readonly string[], messages: readonly SipMessageRecord[]): Proof {
  const all = messages.filter(({ id }) => messageIds.includes(id));
  return { shown: all.slice(0, SHOWN), more: Math.max(0, all.length - SHOWN) };
}

/** `INVITE`, `486 Busy Here`: as short as a message can be named. */
export function shortName({ status, method, summary }: SipMessageRecord): string {
  return status === null ? method : summary;
}
