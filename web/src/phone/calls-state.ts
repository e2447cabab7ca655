import type { ActiveCall, CallState } from './call-state.ts';

/** A call of this page, by the name that the line and the page know it by. */
export interface PhoneCall {
  readonly id: string;
  readonly call: CallState;
}

/** All calls of the page, oldest first. At most one of them talks: whoever resumes or answers one holds the others. */
export type CallsState = readonly PhoneCall[];

/** More than these are refused as busy: nobody keeps track of more. */
export const MOST_CALLS = 4;

export function isTalking(call: CallState): call is ActiveCall {
  return call.kind === 'active' && !call.hold.wanted;
}

export function isLive(call: CallState): boolean {
  return call.kind !== 'idle' && call.kind !== 'ended';
}

/** Neither the conversation nor on hold: it cannot be put aside. */
export function isBeginning(call: CallState): boolean {
  return call.kind === 'dialing' || call.kind === 'answering';
}

const PLACES: readonly ((call: CallState) => boolean)[] = [
  isTalking,
  isBeginning,
  (call) => call.kind === 'incoming',
  (call) => call.kind === 'active',
];

/** The call that has the phone for itself: whoever is talked to, else what asks for attention, else the newest. */
export function shownCall(calls: CallsState): PhoneCall | null {
  for (const fits of PLACES) {
    const found = calls.findLast(({ call }) => fits(call));
    if (found) return found;
  }
  return calls.at(-1) ?? null;
}

/** The calls beside the one that is shown, which can be taken up or let go. */
export function otherCalls(calls: CallsState): PhoneCall[] {
  const shown = shownCall(calls);
  return calls.filter((one) => one !== shown && isLive(one.call));
}

/** A call that rings while the phone is in use: call waiting. */
export function isWaiting(calls: CallsState): boolean {
  const inUse = calls.some(({ call }) => isTalking(call) || isBeginning(call));
  return inUse && calls.some(({ call }) => call.kind === 'incoming');
}
