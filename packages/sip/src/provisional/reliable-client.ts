import { header, type SipResponse } from '../message.ts';
import { tagOf } from '../name-addr.ts';
import { namesOption } from '../option-tag.ts';
import { parseCSeq, parseRSeq, type RAck } from '../scalar.ts';

/** What the caller knows of the reliable provisional responses to its INVITEs, each fork by itself (RFC 3262 4). */
export interface ReliableClientState {
  /** Sequence of the INVITE and the last RSeq taken, by remote tag. */
  readonly last: ReadonlyMap<string, { readonly sequence: number; readonly rseq: number }>;
  /** Taken and not acknowledged by a PRACK, oldest first. */
  readonly owed: readonly OwedPrack[];
}

export interface OwedPrack {
  readonly remoteTag: string;
  readonly rack: RAck;
}

export const noReliableResponses: ReliableClientState = { last: new Map(), owed: [] };

/** How many forks of an INVITE, and how many responses without PRACK, are kept account of. */
const maxForks = 32;
const maxOwed = 64;

/** What to do with a provisional response: hand it up, or drop it since it came before, out of order, or to no end. */
export type Taken = { readonly state: ReliableClientState; readonly isNew: boolean };

/** The RSeq of a provisional response that wants a PRACK. Status 100 is never reliable. */
export function reliableSequence(response: SipResponse): number | undefined {
  if (response.status <= 100 || response.status >= 200) return undefined;
  return namesOption(response, 'Require', '100rel') ? parseRSeq(header(response, 'RSeq') ?? '') : undefined;
}

/** RFC 3262 4: the first number of a dialog is the peer's choice, from then on each is one more than the last. */
export function takeProvisional(state: ReliableClientState, response: SipResponse): Taken {
  const rseq = reliableSequence(response);
  const remoteTag = tagOf(header(response, 'To'));
  const cseq = parseCSeq(header(response, 'CSeq') ?? '');
  if (rseq === undefined || remoteTag === undefined || cseq === undefined) return { state, isNew: true };
  const last = state.last.get(remoteTag);
  const isFirst = last === undefined || last.sequence !== cseq.sequence;
  if (!isFirst && rseq !== last.rseq + 1) return { state, isNew: false };
  const isTooMany = state.owed.length >= maxOwed || (last === undefined && state.last.size >= maxForks);
  if (isTooMany) return { state, isNew: false };
  const lasts = new Map(state.last).set(remoteTag, { sequence: cseq.sequence, rseq });
  return { state: { last: lasts, owed: [...state.owed, { remoteTag, rack: { rseq, cseq } }] }, isNew: true };
}

/** The response that a PRACK is for: the one its RAck names, else the oldest. Undefined when none is owed one. */
export function settlePrack(
  state: ReliableClientState,
  rack: RAck | undefined,
): { readonly state: ReliableClientState; readonly settled: OwedPrack } | undefined {
  const named = rack && state.owed.find((owed) => sameRAck(owed.rack, rack));
  const settled = rack === undefined ? state.owed[0] : named;
  if (settled === undefined) return undefined;
  return { state: { ...state, owed: state.owed.filter((owed) => owed !== settled) }, settled };
}

const sameRAck = (a: RAck, b: RAck) =>
  a.rseq === b.rseq && a.cseq.sequence === b.cseq.sequence && a.cseq.method === b.cseq.method;

export const formatRAck = ({ rseq, cseq }: RAck): string => `${rseq} ${cseq.sequence} ${cseq.method}`;
